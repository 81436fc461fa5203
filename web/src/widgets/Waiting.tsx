import { useTranslation } from "react-i18next";

interface WaitingProps {
  text?: string;
  /** A moment has gone by already. */
  atOnce?: boolean;
}

/** Something takes longer than a moment. It appears after 300 ms, so that what is quick does not flicker. */
export function Waiting({ text, atOnce = false }: WaitingProps) {
  const { t } = useTranslation();
  return (
    <div className={atOnce ? "waiting at-once" : "waiting"} role="status">
      <span className="wheel" aria-hidden="true" />
      <span>{text ?? t("app.loading")}</span>
    </div>
  );
}
