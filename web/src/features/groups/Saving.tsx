import { useTranslation } from "react-i18next";

/** Says that what is shown is not with the server yet. */
export function Saving({ isSaving }: { isSaving: boolean }) {
  const { t } = useTranslation();
  // There from the start: a screen reader tells of what changes in it.
  return (
    <p className="muted" role="status">
      {isSaving && t("me.saving")}
    </p>
  );
}
