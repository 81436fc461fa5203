import "./voice.css";
import { Mic } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Sheet } from "../../widgets/Sheet";
import type { WhenEmptyProps } from "../chats/composerTools";
import { RecordBar } from "./RecordBar";
import { ReviewBar } from "./ReviewBar";
import { useHold } from "./useHold";
import { useRecording } from "./useRecording";

/** The microphone: hold it and speak, or press it to begin and again to stop. Once it has begun, it stays until it is told to end. */
export function VoiceTool({ target, isOffered, toField, onSent }: WhenEmptyProps) {
  const { t } = useTranslation();
  const course = useRecording(target, onSent);
  const { step, begin, discard } = course;
  const { hold, handlers } = useHold(course);
  const button = useRef<HTMLButtonElement>(null);
  const isIdle = step.at === "idle";
  useFocusBack(isIdle, button, toField);

  if (isIdle && !isOffered) return null;
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

/** When the bar over the composer goes, or the sheet, whoever was in it is at the microphone again; where that is gone, at the text. */
function useFocusBack(
  isIdle: boolean,
  button: React.RefObject<HTMLButtonElement | null>,
  toField: () => void,
): void {
  const wasIdle = useRef(isIdle);
  const otherwise = useRef(toField);
  otherwise.current = toField;
  useEffect(() => {
    const isBack = isIdle && !wasIdle.current;
    wasIdle.current = isIdle;
    if (!isBack) return;
    // After the sheet has given the focus back to where it thinks it was.
    const frame = requestAnimationFrame(() =>
      requestAnimationFrame(() => (button.current === null ? otherwise.current() : button.current.focus())),
    );
    return () => cancelAnimationFrame(frame);
  }, [isIdle, button]);
}
