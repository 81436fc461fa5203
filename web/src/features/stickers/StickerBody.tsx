import "./stickers.css";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Sticker, sizeOf, stickerSent } from "../../model/stickers";
import { UNASKED_BYTES_MAX } from "../../protocol/media";
import { useMedia } from "../../shell/media";
import type { BodyProps } from "../chats/bodies/body";

const typeOf = (sticker: Sticker | null) => String(sticker?.info["mimetype"] ?? "");

/** As large as it is in a conversation, in pixels of the page. */
const LARGE = 150;

/** A picture that stands for itself, with its words for who cannot see it. */
export function StickerBody({ said }: BodyProps) {
  const { t } = useTranslation();
  const sticker = stickerSent(said.content);
  const source = sticker === null ? null : { url: sticker.url };
  // The picture itself, which may move; for who wants less motion, and of one that is too large, a small one that does not.
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const small = { width: LARGE, height: LARGE };
  const most = UNASKED_BYTES_MAX;
  const moving = useMedia(isCalm ? null : source, { type: typeOf(sticker), most });
  const isStill = isCalm || moving.isLarge;
  const still = useMedia(isStill ? source : null, { thumbnail: small, most });
  const [isAsked, setAsked] = useState(false);
  const asked = useMedia(isAsked ? source : null, { type: typeOf(sticker) });
  const { url, state, isLarge, retry } = isAsked ? asked : isStill ? still : moving;
  if (sticker === null) return <span className="quiet">{t("stickers.broken")}</span>;
  const { width, height } = sizeOf(sticker, LARGE);
  if (state === "failed") {
    return (
      <button
        type="button"
        className="sticker-failed"
        style={{ width: LARGE, minHeight: LARGE / 2 }}
        onClick={() => (isLarge ? setAsked(true) : retry())}
      >
        {t(isLarge ? "stickers.large" : "stickers.not_fetched", { words: sticker.words })}
      </button>
    );
  }
  // Its place is there before it is: nothing moves when it comes.
  return (
    <span className="sticker" style={{ width, height }}>
      {url === null ? (
        <span className="coming" role="img" aria-label={sticker.words} />
      ) : (
        <img src={url} alt={sticker.words} title={sticker.words} draggable={false} />
      )}
    </span>
  );
}
