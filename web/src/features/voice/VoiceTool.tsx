import "./voice.css";
import { Mic } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Sheet } from "../../widgets/Sheet";
import type { ToolProps } from "../chats/composerTools";
import { RecordBar } from "./RecordBar";
import { ReviewBar } from "./ReviewBar";
import { useHold } from "./useHold";
import { useRecording } from "./useRecording";

/** The microphone: hold it and speak, or press it to begin and again to stop. */
export function VoiceTool({ target, onSent }: ToolProps) {
  const { t } = useTranslation();
  const course = useRecording(target, onSent);
  const { step, begin, discard } = course;
  const { hold, handlers } = useHold(course);
  const button = useRef<HTMLButtonElement>(null);
  useFocusBack(step.at === "idle", button);

  return (
    <>
      <button
        ref={button}
        type="button"
        className={hold === "none" ? "icon-button mic" : `icon-button mic ${hold}`}
        aria-label={t("voice.record")}
        {...handlers}
      >
        <Mic size={25} aria-hidden />
      </button>
      {(step.at === "asking" || step.at === "recording" || step.at === "ending") && (
        <RecordBar
          recorder={step.at === "asking" ? null : step.recorder}
          hold={hold}
          onStop={() => course.finish(false)}
          onSend={() => course.finish(true)}
          onDiscard={discard}
        />
      )}
      {step.at === "recorded" && <ReviewBar step={step} course={course} />}
      <Sheet title={t("voice.message")} isOpen={step.at === "trouble"} onClose={discard}>
        {step.at === "trouble" && (
          <>
            <p role="alert">{t(`voice.trouble.${step.trouble}`)}</p>
            <Button className="button primary" onPress={begin}>
              {t("errors.retry")}
            </Button>
            <Button className="button" onPress={discard}>
              {t("talk.close")}
            </Button>
          </>
        )}
      </Sheet>
    </>
  );
}

/** When the bar over the composer goes, or the sheet, whoever was in it is at the microphone again. */
function useFocusBack(isIdle: boolean, button: React.RefObject<HTMLButtonElement | null>): void {
  const wasIdle = useRef(isIdle);
  useEffect(() => {
    const isBack = isIdle && !wasIdle.current;
    wasIdle.current = isIdle;
    if (!isBack) return;
    // After the sheet has given the focus back to where it thinks it was.
    const frame = requestAnimationFrame(() => requestAnimationFrame(() => button.current?.focus()));
    return () => cancelAnimationFrame(frame);
  }, [isIdle, button]);
}
