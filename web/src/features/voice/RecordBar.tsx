import { SendHorizontal, Square, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { clockOf } from "../../model/voice";
import type { Recorder } from "./recorder";
import type { Hold } from "./useHold";
import { Wave } from "./Wave";

interface RecordBarProps {
  /** Null while the browser asks whether the microphone may be used. */
  recorder: Recorder | null;
  hold: Hold;
  onStop: () => void;
  onSend: () => void;
  onDiscard: () => void;
}

/** How often time and loudness are drawn; who wants less motion gets less. */
const STEP_MS = 90;
const CALM_STEP_MS = 500;
const PLACES = 44;

/** It records: how long already, how loud, and how to end it. */
export function RecordBar({ recorder, hold, onStop, onSend, onDiscard }: RecordBarProps) {
  const { t } = useTranslation();
  const { elapsed_ms, levels } = useMeter(recorder);
  const isHeld = hold !== "none";
  return (
    <section className="voice-bar" aria-label={t("voice.message")}>
      <span className="sr-only" role="status">
        {t(recorder === null ? "voice.asking" : "voice.recording")}
      </span>
      {!isHeld && (
        <Button className="icon-button" aria-label={t("voice.discard")} onPress={onDiscard}>
          <Trash2 size={22} aria-hidden />
        </Button>
      )}
      {recorder === null ? (
        <span className="hint">{t("voice.asking")}</span>
      ) : (
        <>
          <span className="live" aria-hidden="true" />
          <span className="time" role="timer">
            {clockOf(Math.floor(elapsed_ms / 1000))}
          </span>
          <span className="middle">
            <Wave heights={levels} places={PLACES} />
            {isHeld && (
              <span className={hold === "away" ? "hint away" : "hint"}>
                {t(hold === "away" ? "voice.let_go" : "voice.slide")}
              </span>
            )}
          </span>
        </>
      )}
      {!isHeld && recorder !== null && (
        <>
          <Button autoFocus className="icon-button stop" aria-label={t("voice.stop")} onPress={onStop}>
            <Square size={20} fill="currentColor" aria-hidden />
          </Button>
          <Button className="icon-button send" aria-label={t("voice.send")} onPress={onSend}>
            <SendHorizontal size={24} aria-hidden />
          </Button>
        </>
      )}
    </section>
  );
}

/** The time and the last moments' loudness, again and again. */
function useMeter(recorder: Recorder | null): { elapsed_ms: number; levels: readonly number[] } {
  const [meter, setMeter] = useState<{ elapsed_ms: number; levels: readonly number[] }>({
    elapsed_ms: 0,
    levels: [],
  });
  useEffect(() => {
    if (recorder === null) return;
    const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const read = () =>
      setMeter({ elapsed_ms: recorder.elapsed_ms, levels: recorder.levels.slice(-PLACES).map(Math.sqrt) });
    const timer = window.setInterval(read, isCalm ? CALM_STEP_MS : STEP_MS);
    return () => window.clearInterval(timer);
  }, [recorder]);
  return meter;
}
