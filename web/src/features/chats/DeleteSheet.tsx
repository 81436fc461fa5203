import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { Said } from "../../model/said";
import { Sheet } from "../../widgets/Sheet";

interface DeleteSheetProps {
  said: Said | null;
  onClose: () => void;
  onDelete: (said: Said) => void;
}

/** A message is deleted for everybody, and for good: asked once. */
export function DeleteSheet({ said, onClose, onDelete }: DeleteSheetProps) {
  const { t } = useTranslation();
  return (
    <Sheet title={t("talk.delete_title")} isOpen={said !== null} onClose={onClose} asks>
      <p className="muted">{t("talk.delete_hint")}</p>
      <Button
        className="button danger"
        autoFocus
        onPress={() => {
          onClose();
          if (said !== null) onDelete(said);
        }}
      >
        {t("talk.delete")}
      </Button>
      <Button className="button" onPress={onClose}>
        {t("talk.cancel")}
      </Button>
    </Sheet>
  );
}
