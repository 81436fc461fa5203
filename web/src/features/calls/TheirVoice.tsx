import { useEffect, useRef } from "react";

interface TheirVoiceProps {
  stream: MediaStream | null;
  /** The id of the speaker; empty: as the system has it. */
  speaker: string;
}

/** What the other side says. It goes on when the call is drawn in. */
export function TheirVoice({ stream, speaker }: TheirVoiceProps) {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (audio.current !== null) audio.current.srcObject = stream;
  }, [stream]);
  useEffect(() => {
    // A speaker that is gone leaves it where it was.
    audio.current?.setSinkId?.(speaker).catch(() => undefined);
  }, [speaker]);
  // biome-ignore lint/a11y/useMediaCaption: people talk; there is no text of it
  return <audio ref={audio} autoPlay hidden />;
}
