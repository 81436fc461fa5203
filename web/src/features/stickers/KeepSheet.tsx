import "./stickers.css";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { Said } from "../../model/said";
import { type Sticker, stickerSent } from "../../model/stickers";
import { UNASKED_BYTES_MAX } from "../../protocol/media";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";
import { StickerImage } from "./StickerImage";
import { smallCopy } from "./smallCopy";
import { TryAgain } from "./TryAgain";
import { useAdding } from "./useAdding";
import { usePacks } from "./usePacks";

interface KeepSheetProps {
  said: Said | null;
  onClose: () => void;
}

/** Put a sticker that somebody sent into one's own pack. */
export function KeepSheet({ said, onClose }: KeepSheetProps) {
  const { t } = useTranslation();
  const sticker = said === null ? null : stickerSent(said.content);
  return (
    <Sheet title={t("stickers.keep")} isOpen={sticker !== null} onClose={onClose}>
      {sticker !== null && <Keep sticker={sticker} onClose={onClose} />}
    </Sheet>
  );
}

function Keep({ sticker, onClose }: { sticker: Sticker; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const { own, add, addPictures } = usePacks();
  const { wrong, run } = useAdding();
  const [isKept, setKept] = useState(false);
  const [isSeen, setSeen] = useState(false);

  async function keep(): Promise<void> {
    const named = { ...sticker, shortcode: sticker.words };
    const isDone = await run(1, async (onDone) => {
      // What was seen, and is said to be small, can be shown again: it need not be fetched as a whole.
      const copy = isSeen && isSaidSmall(sticker) ? null : await smallCopy(client, sticker);
      if (copy === null) await add(await own(), [named]);
      else await addPictures(await own(), [copy], onDone);
    });
    if (isDone) setKept(true);
  }

  return (
    <>
      <div className="sticker-alone">
        <TryAgain>
          <StickerImage url={sticker.url} size={140} onSeen={() => setSeen(true)} />
        </TryAgain>
        <p>{sticker.words}</p>
      </div>
      {isKept && <p role="status">{t("stickers.kept")}</p>}
      <Wrong text={wrong} />
      {!isKept && (
        <BusyButton className="button primary" onPress={keep}>
          {t("stickers.keep_in_mine")}
        </BusyButton>
      )}
      <Button className="button" onPress={onClose}>
        {t("talk.close")}
      </Button>
    </>
  );
}

function isSaidSmall({ info: { size } }: Sticker): boolean {
  return typeof size === "number" && size <= UNASKED_BYTES_MAX;
}
