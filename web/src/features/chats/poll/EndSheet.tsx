import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Sheet } from "../../../widgets/Sheet";

interface EndSheetProps {
  isOpen: boolean;
  onClose: () => void;
  onEnd: () => void;
}

/** Asked once more: an end cannot be taken back. */
export function EndSheet({ isOpen, onClose, onEnd }: EndSheetProps) {
  const { t } = useTranslation();
  return (
    <Sheet asks title={t("poll.end_title")} isOpen={isOpen} onClose={onClose}>
      <p>{t("poll.end_hint")}</p>
      <Button className="button primary" onPress={onEnd}>
        {t("poll.end")}
      </Button>
      <Button className="button" onPress={onClose}>
        {t("talk.cancel")}
      </Button>
    </Sheet>
  );
}
