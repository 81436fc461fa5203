import { useEffect, useRef } from "react";
import type { Picture } from "./groupNow";

interface TilePictureProps {
  track: Picture;
  /** Nothing of it may be cut: it is a screen. */
  isWhole: boolean;
  /** One's own, as in a mirror. */
  isMirrored: boolean;
}

/** What a camera sees now. How large it is shown, and whether at all, decides how much of it is sent. */
export function TilePicture({ track, isWhole, isMirrored }: TilePictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const { current } = video;
    if (current === null) return;
    track.attach(current);
    return () => {
      track.detach(current);
    };
  }, [track]);
  return (
    <video
      ref={video}
      className={`live${isWhole ? " whole" : ""}${isMirrored ? " mirrored" : ""}`}
      autoPlay
      playsInline
      muted
    />
  );
}
