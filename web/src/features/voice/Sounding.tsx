import { Pause, Play } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { clockOf } from "../../model/voice";
import { useClient } from "../../shell/client";
import { player, SPEEDS, type Track, useHearing, useSpeed } from "./player";
import { SoundSlider } from "./SoundSlider";

interface SoundingProps {
  track: Track;
  /** Empty: a plain line. */
  waveform: readonly number[];
  /** Nobody has listened to it here. */
  isNew?: boolean;
  autoFocus?: boolean;
}

/** A sound to play: its button, the place in it, what is left, and how fast. */
export function Sounding({ track, waveform, isNew, autoFocus }: SoundingProps) {
  const { t } = useTranslation();
  const client = useClient();
  const { state, at, length: measured } = useHearing(track.id);
  const length = measured ?? track.length ?? 0;
  const isPlaying = state === "playing";
  return (
    <div className="sounding">
      <Button
        className="play"
        {...(autoFocus && { autoFocus })}
        aria-label={t(isPlaying ? "voice.pause" : "voice.play")}
        onPress={() => (isPlaying ? player.pause() : void player.play(client, track))}
      >
        {state === "fetching" ? (
          <span className="wheel" role="img" aria-label={t("app.loading")} />
        ) : isPlaying ? (
          <Pause size={20} fill="currentColor" aria-hidden />
        ) : (
          <Play size={20} fill="currentColor" aria-hidden />
        )}
      </Button>
      {/* A finger on the slider goes to another place: it must not open what can be done with the message. */}
      <div className="places" onPointerDown={(event) => event.stopPropagation()}>
        <SoundSlider
          at={at}
          length={length}
          waveform={waveform}
          onSeek={(place) => player.seek(track.id, place)}
        />
        <span className="left">
          {state === "failed" ? (
            <span role="alert">{t("voice.cannot_play")}</span>
          ) : (
            <>
              {length > 0 && clockOf(length - at)}
              {isNew && <span className="unheard" role="img" aria-label={t("voice.unheard")} />}
            </>
          )}
        </span>
      </div>
      {(isPlaying || state === "paused") && <Speed />}
    </div>
  );
}

function Speed() {
  const { t, i18n } = useTranslation();
  const speed = useSpeed();
  const shown = new Intl.NumberFormat(i18n.language).format(speed);
  const next = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1;
  return (
    <Button
      className="speed"
      aria-label={t("voice.speed", { speed: shown })}
      onPress={() => player.setSpeed(next)}
    >
      {shown}×
    </Button>
  );
}
