/** How a poll stands, from what this device knows. */
import { type Poll, type Tally, tallyOf } from "../../../model/poll";
import type { Said } from "../../../model/said";

interface Standing {
  readonly tally: Tally;
  /** A vote of one's own that the server did not take. */
  readonly unsent: string | null;
  /** Things said to it that this device cannot read: they may be votes. */
  readonly hidden: number;
}

export function standing(said: Said, poll: Poll, mayDelete: (userId: string) => boolean): Standing {
  const replies = said.references
    .filter(({ sending }) => sending !== "failed")
    // What is on its way is the newest, whatever this device's clock says.
    .map((one) => (one.sending === undefined ? one : { ...one, at: Number.MAX_SAFE_INTEGER }));
  return {
    tally: tallyOf(poll, replies, (sender) => sender === said.sender || mayDelete(sender)),
    unsent: said.references.findLast(({ sending }) => sending === "failed")?.id ?? null,
    hidden: said.references.filter(({ unreadable }) => unreadable !== undefined).length,
  };
}
