import { useEffect, useRef } from "react";
import type { Sound } from "./groupNow";

/** What somebody says. It goes on when the call is drawn in. */
export function Voice({ track }: { track: Sound }) {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const { current } = audio;
    if (current === null) return;
    track.attach(current);
    return () => {
      track.detach(current);
    };
  }, [track]);
  // biome-ignore lint/a11y/useMediaCaption: people talk; there is no text of it
  return <audio ref={audio} autoPlay hidden />;
}
