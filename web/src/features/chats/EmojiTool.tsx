import "../stickers/stickers.css";
import { Smile } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components/Tabs";
import { useTranslation } from "react-i18next";
import { contentOfSticker, type Sticker } from "../../model/stickers";
import { ComingHere } from "../../shell/Coming";
import { useClient } from "../../shell/client";
import { part } from "../../shell/part";
import { Sheet } from "../../widgets/Sheet";
import { setRecent } from "../stickers/recent";
import type { ToolProps } from "./composerTools";
import { put } from "./deeds";

// The pickers and their data are fetched when somebody wants them.
const EmojiPicker = part(async () => (await import("./EmojiPicker")).EmojiPicker, ComingHere);
const StickerPicker = part(async () => (await import("../stickers/StickerPicker")).StickerPicker, ComingHere);

type Kind = "emoji" | "stickers";

/** An emoji, which goes where the cursor is, or a sticker, which is sent at once. */
export function EmojiTool({ target, insert, onSent }: ToolProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [isOpen, setOpen] = useState(false);
  const [kind, setKind] = useState<Kind>("emoji");
  const close = () => setOpen(false);

  function send(sticker: Sticker): void {
    close();
    put(client, target, "m.sticker", contentOfSticker(sticker));
    setRecent(sticker);
    onSent();
  }

  return (
    <>
      <Button className="icon-button" aria-label={t("talk.emoji")} onPress={() => setOpen(true)}>
        <Smile size={25} aria-hidden />
      </Button>
      <Sheet title={t(kind === "emoji" ? "talk.emoji" : "stickers.title")} isOpen={isOpen} onClose={close}>
        <Tabs selectedKey={kind} onSelectionChange={(key) => setKind(key as Kind)}>
          <TabList aria-label={t("stickers.kinds")} className="kinds">
            <Tab id="emoji">{t("talk.emoji")}</Tab>
            <Tab id="stickers">{t("stickers.title")}</Tab>
          </TabList>
          <TabPanel id="emoji">
            <EmojiPicker
              onChoose={(emoji) => {
                close();
                insert(emoji);
              }}
            />
          </TabPanel>
          <TabPanel id="stickers">
            <StickerPicker roomId={target.roomId} onChoose={send} onLeave={close} />
          </TabPanel>
        </Tabs>
      </Sheet>
    </>
  );
}

interface EmojiSheetProps {
  isOpen: boolean;
  onClose: () => void;
  onChoose: (emoji: string) => void;
}

/** The emoji alone, in a sheet; it closes with the choice. */
export function EmojiSheet({ isOpen, onClose, onChoose }: EmojiSheetProps) {
  const { t } = useTranslation();
  return (
    <Sheet title={t("talk.emoji")} isOpen={isOpen} onClose={onClose}>
      <EmojiPicker
        onChoose={(emoji) => {
          onClose();
          onChoose(emoji);
        }}
      />
    </Sheet>
  );
}
