import { useCallback } from "react";
import { MovingPicture, type MovingPictureProps } from "../MovingPicture";
import type { Picture } from "./groupNow";

interface TilePictureProps extends Omit<MovingPictureProps, "show"> {
  track: Picture;
}

/** The picture of somebody in a group call. How large it is shown, and whether at all, decides how much of it is sent. */
export function TilePicture({ track, ...look }: TilePictureProps) {
  const show = useCallback(
    (video: HTMLVideoElement) => {
      track.attach(video);
      return () => {
        track.detach(video);
      };
    },
    [track],
  );
  return <MovingPicture show={show} {...look} />;
}
