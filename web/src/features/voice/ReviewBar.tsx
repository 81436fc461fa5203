import { SendHorizontal, Trash2 } from "lucide-react";
import { useMemo } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { LOUDEST, waveformOf } from "../../model/voice";
import { Sounding } from "./Sounding";
import type { Course, Step } from "./useRecording";

interface ReviewBarProps {
  step: Extract<Step, { at: "recorded" }>;
  course: Course;
}

/** A recording is there: listen to it, send it or throw it away. */
export function ReviewBar({ step, course }: ReviewBarProps) {
  const { t } = useTranslation();
  const { recording } = step;
  const waveform = useMemo(() => waveformOf(recording.levels).map((one) => one / LOUDEST), [recording]);
  return (
    <section className="voice-bar review" aria-label={t("voice.message")}>
      {!step.isWhole && <p role="status">{t("voice.longest")}</p>}
      <div className="row">
        <Button className="icon-button" aria-label={t("voice.discard")} onPress={course.discard}>
          <Trash2 size={22} aria-hidden />
        </Button>
        <Sounding
          autoFocus
          track={{
            id: OWN,
            from: recording.blob,
            type: recording.blob.type,
            length: recording.length_ms / 1000,
          }}
          waveform={waveform}
        />
        <Button className="icon-button send" aria-label={t("voice.send")} onPress={course.send}>
          <SendHorizontal size={24} aria-hidden />
        </Button>
      </div>
    </section>
  );
}

/** The name of the recording that is not sent yet, among what can be played. */
const OWN = "own recording";
