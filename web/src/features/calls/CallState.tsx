import { MicOff, Pause } from "lucide-react";
import { useTranslation } from "react-i18next";
import { clockOf } from "../../model/clock";
import type { CallNow } from "./callNow";
import { useBadLine } from "./useBadLine";
import { useSeconds } from "./useSeconds";

/** How far a call is, or how long it lasts, and what is wrong with it. */
export function CallState({ now, name }: { now: CallNow; name: string }) {
  const { t } = useTranslation();
  const isTalking = now.phase === "talking";
  const { isHeld } = now;
  // Of a call on hold little comes, and nothing is wrong with it.
  const isBad = useBadLine(isTalking && !isHeld);
  return (
    <div className="call-state">
      {isTalking && <CallTime since={now.since} />}
      <div role="status">
        {!isTalking && <p>{t(`calls.phase.${now.phase}`)}</p>}
        {isBad && <p>{t("calls.bad")}</p>}
        {isTalking && isHeld && (
          <p className="with-sign">
            <Pause size={16} aria-hidden /> {t("calls.held", { name })}
          </p>
        )}
        {isTalking && !isHeld && now.theirs.isMuted && (
          <p className="with-sign">
            <MicOff size={16} aria-hidden /> {t("calls.muted", { name })}
          </p>
        )}
        {now.trouble !== null && <p>{t(now.trouble)}</p>}
      </div>
    </div>
  );
}

/** The time that a call has lasted. Nobody is read every second of it. */
export function CallTime({ since }: { since: number | null }) {
  const seconds = useSeconds(since);
  return (
    <p role="timer" aria-live="off">
      {clockOf(seconds)}
    </p>
  );
}
