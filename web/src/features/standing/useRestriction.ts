import { takenBy } from "../../model/standing";
import type { Refusal } from "../../protocol/refusal";
import { useClock, useStanding } from "./useConduct";

/** Return what the server would refuse now, the first of some capabilities that a decision takes; null: none of them is taken.
 *
 *  It is for saying so beforehand. While it is not known nothing is said, and the server's own answer counts.
 */
export function useRestriction(...capabilities: readonly string[]): Refusal | null {
  const { data } = useStanding();
  useClock(data?.decisions);
  if (data === undefined) return null;
  for (const capability of capabilities) {
    const taken = takenBy(data, capability);
    if (taken === null) continue;
    const { id, rule, appeal_until: appealUntil } = taken.decision;
    return { capability, decision: id, rule, endsAt: taken.endsAt, appealUntil };
  }
  return null;
}
