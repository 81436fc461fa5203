import { useCallback } from "react";
import { MovingPicture, type MovingPictureProps } from "./MovingPicture";

interface LivePictureProps extends Omit<MovingPictureProps, "show"> {
  stream: MediaStream;
}

/** The picture of a stream. */
export function LivePicture({ stream, ...look }: LivePictureProps) {
  const show = useCallback(
    (video: HTMLVideoElement) => {
      video.srcObject = stream;
      return () => {
        video.srcObject = null;
      };
    },
    [stream],
  );
  return <MovingPicture show={show} {...look} />;
}
