import { useEffect, useRef } from "react";

export interface MovingPictureProps {
  /** Put what is to be seen into the element; returns what takes it out again. Another function is another picture. */
  show: (video: HTMLVideoElement) => () => void;
  /** Nothing of it may be cut: it is a screen. */
  isWhole?: boolean;
  /** One's own, as in a mirror. */
  isMirrored?: boolean;
}

/** What a camera sees now. Its sound comes another way. */
export function MovingPicture({ show, isWhole, isMirrored }: MovingPictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => (video.current === null ? undefined : show(video.current)), [show]);
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
