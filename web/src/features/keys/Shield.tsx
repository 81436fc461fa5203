import { ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useTrust } from "./useTrust";

/** A small mark beside the name of somebody whose keys one has compared. */
export function Shield({ userId }: { userId: string }) {
  const { t } = useTranslation();
  if (useTrust(userId) !== "verified") return null;
  return <ShieldCheck size={18} role="img" aria-label={t("compare.shield")} />;
}
