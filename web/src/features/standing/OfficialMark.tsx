import "./standing.css";
import { ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";

/** In place of a picture: here the server itself speaks. */
export function OfficialMark() {
  const { t } = useTranslation();
  return (
    <span className="avatar official">
      <ShieldCheck size={28} role="img" aria-label={t("notices.mark")} />
    </span>
  );
}
