import { useEffect, useRef, useState } from "react";
import { UNASKED_BYTES_MAX } from "../../protocol/media";
import { useMedia } from "../../shell/media";
import { useTellFailed } from "./TryAgain";

interface StickerImageProps {
  url: string;
  size: number;
  onSeen?: () => void;
}

/** A small picture of a sticker; it is fetched when it comes into sight. Its words stand beside it, or on what holds it;
 *  `TryAgain` is around it. */
export function StickerImage({ url, size, onSeen }: StickerImageProps) {
  const place = useRef<HTMLSpanElement>(null);
  const isInSight = useInSight(place);
  const small = useMedia(isInSight ? { url } : null, { thumbnail: { width: size, height: size } });
  // Of some pictures the server makes no small one: then it is the picture itself, if that is no large one.
  const whole = useMedia(small.isLarge ? { url } : null, { most: UNASKED_BYTES_MAX });
  const media = small.isLarge ? whole : small;
  useTellFailed(media);
  const { url: src, state } = media;
  return (
    <span ref={place} className="sticker-image" aria-hidden="true">
      {src === null ? (
        <span className={state === "failed" ? "gone" : "coming"} />
      ) : (
        <img src={src} alt="" onLoad={onSeen} />
      )}
    </span>
  );
}

function useInSight(place: React.RefObject<HTMLElement | null>): boolean {
  const [isInSight, setInSight] = useState(false);
  useEffect(() => {
    if (place.current === null || isInSight) return;
    const watching = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setInSight(true);
    });
    watching.observe(place.current);
    return () => watching.disconnect();
  }, [place, isInSight]);
  return isInSight;
}
