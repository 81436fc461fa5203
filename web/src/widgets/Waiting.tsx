import { useTranslation } from "react-i18next";

/** Something takes longer than a moment. It appears after 300 ms, so that what is quick does not flicker. */
export function Waiting({ text }: { text?: string }) {
  const { t } = useTranslation();
  return (
    <div className="waiting" role="status">
      <span className="wheel" aria-hidden="true" />
      <span>{text ?? t("app.loading")}</span>
    </div>
  );
}
