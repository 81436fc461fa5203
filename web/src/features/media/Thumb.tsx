import { ImageOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sizeOf } from "../../model/size";
import { useMedia } from "../../shell/media";
import { type Attachment, previewOf } from "./attachment";
import { Blur } from "./Blur";

interface ThumbProps {
  file: Attachment;
  alt: string;
  /** A picture that is here already. */
  local?: string | null;
}

/** A picture as it is shown at once: blurred, then small. It fills the box that it is in. What is large waits to be asked for. */
export function Thumb({ file, alt, local = null }: ThumbProps) {
  const { t, i18n } = useTranslation();
  const wanted = previewOf(file);
  const { url, state, isGone, isLarge } = useMedia(
    local === null ? (wanted?.source ?? null) : null,
    wanted?.options,
  );
  const [broken, setBroken] = useState<string | null>(null);
  // One can see through some pictures: then nothing is behind them.
  const [seen, setSeen] = useState<string | undefined>(undefined);
  const src = local ?? url;
  const hasFailed = state === "failed" && local === null && !isLarge;
  const isBroken = hasFailed || (src !== null && broken === src);
  return (
    <span className="thumb">
      {seen !== src && <Blur hash={file.blurhash} />}
      {src !== null && !isBroken && (
        <img
          src={src}
          alt={alt}
          draggable={false}
          decoding="async"
          onLoad={() => setSeen(src)}
          onError={() => setBroken(src)}
        />
      )}
      {isBroken && (
        <span className="over">
          <ImageOff size={28} aria-hidden />
          {t(isGone ? "media.gone" : hasFailed ? "media.try_again" : "media.not_shown")}
        </span>
      )}
      {src === null && (wanted === null || isLarge) && file.kind === "image" && (
        <span className="over">
          {t("media.show")}
          {file.size !== null && <small>{sizeOf(file.size, i18n.language)}</small>}
        </span>
      )}
    </span>
  );
}
