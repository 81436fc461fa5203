import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Sheet } from "../../widgets/Sheet";

interface GiveUpSheetProps {
  isOpen: boolean;
  onGiveUp: () => void;
  onGoOn: () => void;
}

/** Something else is to be written, and an edit is only half done: asked once. */
export function GiveUpSheet({ isOpen, onGiveUp, onGoOn }: GiveUpSheetProps) {
  const { t } = useTranslation();
  return (
    <Sheet title={t("talk.give_up_title")} isOpen={isOpen} onClose={onGoOn} asks>
      <p className="muted">{t("talk.give_up_hint")}</p>
      <Button className="button primary" autoFocus onPress={onGoOn}>
        {t("talk.go_on_editing")}
      </Button>
      <Button className="button danger" onPress={onGiveUp}>
        {t("talk.give_up")}
      </Button>
    </Sheet>
  );
}
