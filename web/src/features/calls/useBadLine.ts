import { useEffect, useState } from "react";
import { type Heard, isBad } from "../../model/call";
import { useClient } from "../../shell/client";
import { deskOf } from "./desk";

const EVERY_MS = 3_000;
/** A moment's gap is no news. */
const TIMES = 2;

/** Say whether the line is bad, for as long as it is looked at. */
export function useBadLine(isTalking: boolean): boolean {
  const desk = deskOf(useClient());
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (!isTalking) return;
    let before: Heard | null = null;
    const timer = setInterval(() => {
      desk.statistics()?.then(
        (report) => {
          const after = heardIn(report);
          if (before !== null && after !== null) {
            const worse = isBad(before, after);
            setCount((times) => (worse ? times + 1 : 0));
          }
          before = after;
        },
        // The call has just ended.
        () => undefined,
      );
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
      setCount(0);
    };
  }, [desk, isTalking]);
  return count >= TIMES;
}

function heardIn(report: RTCStatsReport): Heard | null {
  for (const one of report.values() as Iterable<Partial<RTCInboundRtpStreamStats>>) {
    if (one.type === "inbound-rtp" && one.kind === "audio") {
      return { packets: one.packetsReceived ?? 0, lost: one.packetsLost ?? 0 };
    }
  }
  return null;
}
