import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { changed, SHORTCODE, type Sticker, withoutSticker } from "../../model/stickers";
import { changePack, type Pack } from "../../protocol/stickers";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";
import { StickerImage } from "./StickerImage";
import { TryAgain } from "./TryAgain";

interface StickerSheetProps {
  pack: Pack;
  sticker: Sticker;
  onClose: () => void;
}

/** One sticker of a pack: what it shows, its shortcode, and out with it. */
export function StickerSheet({ pack, sticker, onClose }: StickerSheetProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [words, setWords] = useState(sticker.words);
  const [shortcode, setShortcode] = useState(sticker.shortcode);
  const { busy, wrong, attempt } = useAttempt();
  const [isRemoving, setRemoving] = useState(false);
  const isTaken =
    shortcode !== sticker.shortcode && pack.stickers.some((other) => other.shortcode === shortcode);
  const isBad = !SHORTCODE.test(shortcode);

  async function save(): Promise<void> {
    const next = { shortcode, words: words.trim() === "" ? shortcode : words.trim() };
    const done = await attempt(() =>
      changePack(client, pack, (content) => changed(content, sticker.shortcode, next)),
    );
    if (done) onClose();
  }

  async function remove(): Promise<void> {
    setRemoving(true);
    const done = await attempt(() =>
      changePack(client, pack, (content) => withoutSticker(content, sticker.shortcode)),
    );
    setRemoving(false);
    if (done) onClose();
  }

  return (
    <Sheet title={t("stickers.sticker")} isOpen onClose={onClose}>
      <div className="sticker-alone">
        <TryAgain>
          <StickerImage url={sticker.url} size={140} />
        </TryAgain>
      </div>
      <Form
        className="pack-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          label={t("stickers.words")}
          hint={t("stickers.words_hint")}
          value={words}
          onChange={setWords}
          maxLength={100}
        />
        <Field
          label={t("stickers.shortcode")}
          hint={t("stickers.shortcode_hint")}
          wrong={isTaken ? t("stickers.shortcode_taken") : isBad ? t("stickers.shortcode_bad") : null}
          value={shortcode}
          onChange={setShortcode}
          maxLength={100}
        />
        <Wrong text={wrong} />
        <BusyButton
          className="button primary"
          type="submit"
          isBusy={busy && !isRemoving}
          isDisabled={busy || isTaken || isBad}
        >
          {t("talk.save")}
        </BusyButton>
        <BusyButton className="button sticker-out" isDisabled={busy} onPress={remove}>
          <Trash2 size={19} aria-hidden /> {t("stickers.remove")}
        </BusyButton>
      </Form>
    </Sheet>
  );
}
