import { useEffect, useRef } from "react";

interface LivePictureProps {
  stream: MediaStream;
  /** Nothing of it may be cut: it is a screen. */
  isWhole?: boolean;
  /** One's own, as in a mirror. */
  isMirrored?: boolean;
}

/** What a camera sees now. Its sound comes another way. */
export function LivePicture({ stream, isWhole, isMirrored }: LivePictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const { current } = video;
    if (current === null) return;
    current.srcObject = stream;
    return () => {
      current.srcObject = null;
    };
  }, [stream]);
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
