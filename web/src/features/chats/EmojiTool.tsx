import { Smile } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Sheet } from "../../widgets/Sheet";
import { Waiting } from "../../widgets/Waiting";
import type { ToolProps } from "./composerTools";

// The picker and its data are fetched when somebody wants an emoji.
const EmojiPicker = lazy(async () => ({ default: (await import("./EmojiPicker")).EmojiPicker }));

/** Choose an emoji: it goes where the cursor is. */
export function EmojiTool({ insert }: ToolProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button className="icon-button" aria-label={t("talk.emoji")} onPress={() => setOpen(true)}>
        <Smile size={25} aria-hidden />
      </Button>
      <EmojiSheet isOpen={isOpen} onClose={() => setOpen(false)} onChoose={insert} />
    </>
  );
}

interface EmojiSheetProps {
  isOpen: boolean;
  onClose: () => void;
  onChoose: (emoji: string) => void;
}

/** The picker in a sheet; it closes with the choice. */
export function EmojiSheet({ isOpen, onClose, onChoose }: EmojiSheetProps) {
  const { t } = useTranslation();
  return (
    <Sheet title={t("talk.emoji")} isOpen={isOpen} onClose={onClose}>
      <Suspense fallback={<Waiting />}>
        <EmojiPicker
          onChoose={(emoji) => {
            onClose();
            onChoose(emoji);
          }}
        />
      </Suspense>
    </Sheet>
  );
}
