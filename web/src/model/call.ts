/** Calls between two: how far one is, how it ended, and what it leaves in the conversation. Pure.
 *
 *  Everything in these events was written by some client, and may be anything.
 */
import { DECLINE, NOTIFICATION } from "./groupRing";
import type { Content, Fact } from "./timeline";

export const INVITE = "m.call.invite";
const ANSWER = "m.call.answer";
const HANGUP = "m.call.hangup";
export const REJECT = "m.call.reject";

/** How long it rings. spec: client-server-api#voice-over-ip */
export const RINGS_MS = 60_000;
const ID_LENGTH_MAX = 255;

export type Phase =
  | "asking"
  | "calling"
  | "ringing"
  | "connecting"
  | "talking"
  | "reconnecting"
  /** It is over, and there is something to say about it. */
  | "over";

/** What is said about a call that is over. Without one, there is nothing to say that the conversation does not show. */
export type Ending =
  | "declined"
  | "busy"
  | "unanswered"
  | "lost"
  | "failed"
  | "offline"
  | "mic_refused"
  | "mic_missing"
  | "mic_taken";

/** Return how far a call is. `state`: as the Matrix SDK names it. */
export function phaseOf(state: string, isOut: boolean, wasConnected: boolean): Phase {
  if (state === "connected") return "talking";
  if (state === "ended") return "over";
  if (wasConnected) return "reconnecting";
  if (state === "invite_sent") return "calling";
  // Called by the one whom one calls: nobody has to answer.
  if (state === "ringing") return isOut ? "connecting" : "ringing";
  if (!isOut || state === "connecting" || state === "create_answer") return "connecting";
  return "asking";
}

interface Over {
  readonly reason: string | undefined;
  readonly isByMe: boolean;
  readonly isOut: boolean;
  readonly wasConnected: boolean;
}

/** Return what is to be said about how a call ended; null: nothing. */
export function endingOf({ reason, isByMe, isOut, wasConnected }: Over): Ending | null {
  if (reason === "ice_failed") return wasConnected ? "lost" : "failed";
  if (reason === "invite_timeout") return isOut ? "unanswered" : null;
  if (reason === "user_busy") return isOut ? "busy" : null;
  if (reason === "answered_elsewhere" || reason === "replaced" || reason === "new_session") return null;
  if (reason === undefined || reason === "user_hangup")
    return isOut && !isByMe && !wasConnected ? "declined" : null;
  // Somebody else's reasons are their own: only what went wrong here is told.
  if (wasConnected) return isByMe ? "lost" : null;
  return "failed";
}

/** Return what the steps of one call are found by; null: it names none. No event's id begins so. */
export function callKey(content: Content): string | null {
  const id = content["call_id"];
  return typeof id === "string" && id !== "" && id.length <= ID_LENGTH_MAX ? `call ${id}` : null;
}

export function isCallStep(type: string): boolean {
  return type === ANSWER || type === HANGUP || type === REJECT;
}

/** Say whether an event means nothing any more a minute later. That a call is over has to be said even then. */
export function isFleeting(type: string): boolean {
  if (type === NOTIFICATION || type === DECLINE) return true;
  return type.startsWith("m.call.") && type !== HANGUP && type !== REJECT;
}

/** Return the line in which a step of a call waits for those before it; null: it waits for nothing.
 *
 *  An answer to the other side's offer that overtook one's own offer would make that one look new, which it is no more. That a call is over
 *  waits for nothing that still belongs to it.
 */
export function queueOf(type: string, content: Content): string | null {
  const key = type === INVITE ? null : callKey(content);
  if (key !== null && (type === HANGUP || type === REJECT)) return `${key} is over`;
  return isFleeting(type) ? key : null;
}

export interface CallLine {
  readonly kind: "talked" | "missed" | "declined" | "busy" | "cancelled" | "unanswered" | "open";
  /** How long it was, where both talked. */
  readonly seconds: number;
  readonly isVideo: boolean;
  /** One of the two sides gave way to the other's call: that one is shown in its place. */
  readonly isReplaced: boolean;
}

/** Return what a call leaves in the conversation. `steps`: everything that names it, in order; `now` in Unix milliseconds. */
export function callLine(invite: Fact, steps: readonly Fact[], me: string, now: number): CallLine {
  const named = steps.filter((one) => callKey(one.content) === callKey(invite.content));
  const answer = named.find((one) => one.type === ANSWER && one.sender !== invite.sender);
  const end = named.find(
    (one) => one.type === HANGUP || (one.type === REJECT && one.sender !== invite.sender),
  );
  const reason = end?.content["reason"];
  return {
    kind: kindOf(invite, answer, end, me, now),
    seconds: answer && end ? secondsBetween(answer.at, end.at) : 0,
    isVideo: isVideo(invite.content),
    isReplaced: answer === undefined && reason === "replaced",
  };
}

function kindOf(
  invite: Fact,
  answer: Fact | undefined,
  end: Fact | undefined,
  me: string,
  now: number,
): CallLine["kind"] {
  if (answer !== undefined) return end === undefined ? "open" : "talked";
  const isMine = invite.sender === me;
  if (end === undefined) {
    if (now - invite.at < RINGS_MS) return "open";
    return isMine ? "unanswered" : "missed";
  }
  if (end.content["reason"] === "user_busy") return isMine ? "busy" : "missed";
  if (end.sender !== invite.sender) return "declined";
  if (!isMine) return "missed";
  return end.content["reason"] === "invite_timeout" ? "unanswered" : "cancelled";
}

/** The clocks of two servers need not agree. */
function secondsBetween(from: number, to: number): number {
  const seconds = Math.round((to - from) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}

/** Say whether whoever calls shows a picture. */
export function isVideo(content: Content): boolean {
  const offer = content["offer"];
  const sdp = typeof offer === "object" && offer !== null && "sdp" in offer ? offer.sdp : "";
  return typeof sdp === "string" && /^m=video /m.test(sdp);
}

/** What has come over the line until a moment. */
export interface Heard {
  readonly packets: number;
  readonly lost: number;
}

/** Say whether the line is bad: between two moments little or nothing came, or much of it got lost. */
export function isBad(before: Heard, after: Heard): boolean {
  const came = after.packets - before.packets;
  const lost = Math.max(0, after.lost - before.lost);
  return came <= 0 || lost / (came + lost) > 0.08;
}
