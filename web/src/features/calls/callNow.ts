/** The one call that this tab is in, for every view that shows something of it. */
import type { Ending, Phase } from "../../model/call";
import { newBoard } from "../../shell/board";

/** What one side of a call sends. */
export interface Side {
  readonly isMuted: boolean;
  readonly hasCamera: boolean;
  readonly face: MediaStream | null;
  readonly screen: MediaStream | null;
}

export interface CallNow {
  readonly callId: string;
  readonly roomId: string;
  readonly userId: string;
  readonly isOut: boolean;
  /** The event by which somebody else began it. */
  readonly inviteId: string | null;
  /** It was begun with a picture. */
  readonly isVideo: boolean;
  /** It is heard when it rings, and not only seen. */
  readonly isLoud: boolean;
  readonly phase: Phase;
  readonly ending: Ending | null;
  /** Unix milliseconds, by this device's clock: since when both talk. */
  readonly since: number | null;
  readonly mine: Side;
  readonly theirs: Side;
  /** The other side has put the call on hold: it does not hear what one says. */
  readonly isHeld: boolean;
  /** What went wrong with the camera or microphone, while the call goes on: a key of words. */
  readonly trouble: string | null;
  /** Drawn in, while one reads something else. */
  readonly isSmall: boolean;
  /** Through what one hears the other; empty: as the system has it. */
  readonly speaker: string;
}

export const { put: putCall, get: callNow, use: useCallNow } = newBoard<CallNow | null>(null);

export const NOTHING: Side = { isMuted: false, hasCamera: false, face: null, screen: null };

/** Return a call that has just been asked for. */
export function begun(what: Pick<CallNow, "roomId" | "userId" | "isOut" | "isVideo">): CallNow {
  return {
    ...what,
    callId: crypto.randomUUID(),
    inviteId: null,
    isLoud: true,
    phase: "asking",
    ending: null,
    since: null,
    mine: NOTHING,
    theirs: NOTHING,
    isHeld: false,
    trouble: null,
    isSmall: false,
    speaker: "",
  };
}

export function updateCall(part: Partial<CallNow>): void {
  const now = callNow();
  if (now !== null) putCall({ ...now, ...part });
}

export function isUnderWay(): boolean {
  const now = callNow();
  return now !== null && now.phase !== "over";
}
