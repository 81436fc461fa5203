import { useTranslation } from "react-i18next";
import type { Disclosed } from "../../protocol/conduct";

/** How the server checked what was shown. */
export function Checks({ disclosed }: { disclosed: readonly Disclosed[] }) {
  const { t } = useTranslation();
  if (disclosed.length === 0) return null;
  const isVerified = disclosed.every((one) => one.check === "verified");
  return <p className="muted">{t(`report.check_${isVerified ? "verified" : "unverified"}`)}</p>;
}
