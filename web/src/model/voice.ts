/** Voice messages: what an event tells of its sound, how loud it was over time, and what has been heard. Pure.
 *
 *  As MSC3245 (voice) and MSC1767 (length and waveform) write them.
 */
import { fieldsOf } from "./fields";
import type { Content, Fact, Timeline } from "./timeline";

const VOICE = "org.matrix.msc3245.voice";
const AUDIO = "org.matrix.msc1767.audio";

/** The loudest that a waveform can say, and how many places it has at the most. */
export const LOUDEST = 1024;
export const PLACES_MAX = 100;
/** Fewer say too little. spec: MSC3246 */
const PLACES_MIN = 30;

/** Nobody speaks for longer than a day: a larger number is no length. */
const LENGTH_MAX_S = 86_400;

export interface Sound {
  /** It was spoken here and is no piece of music. */
  readonly isVoice: boolean;
  /** How long it is in seconds; null when nothing honest is said about it. */
  readonly length: number | null;
  /** From 0 to 1, from the first moment to the last; empty when none is told. */
  readonly waveform: readonly number[];
  readonly type: string;
}

/** Read what an event says about its sound. Anything may stand in it. */
export function soundOf(content: Content): Sound {
  const info = fieldsOf(content["info"]);
  const audio = fieldsOf(content[AUDIO]);
  const type = info["mimetype"];
  return {
    isVoice: isObject(content[VOICE]) || isObject(content[`${VOICE}.v2`]),
    length: lengthOf(audio["duration"]) ?? lengthOf(info["duration"]),
    waveform: waveformIn(audio["waveform"]),
    type: typeof type === "string" ? type : "",
  };
}

interface Spoken {
  readonly body: string;
  readonly length_ms: number;
  readonly waveform: readonly number[];
  readonly type: string;
  readonly size: number;
}

/** Return what is sent of a recording, but for where its file is. */
export function contentOfVoice({ body, length_ms, waveform, type, size }: Spoken): Record<string, unknown> {
  const duration = Math.round(length_ms);
  return {
    msgtype: "m.audio",
    body,
    info: { duration, mimetype: type, size },
    [VOICE]: {},
    [AUDIO]: { duration, waveform },
    "m.mentions": {},
  };
}

/** Return loudnesses (each from 0 to 1) as the waveform of a message: few places, each as loud as its loudest moment. */
export function waveformOf(levels: readonly number[]): number[] {
  const heights = stretched(inPlaces(levels, PLACES_MAX));
  const loudest = Math.max(0.02, ...heights);
  // What is half as strong sounds more than half as loud.
  return heights.map((level) => Math.round(Math.sqrt(level / loudest) * LOUDEST));
}

/** Of a short one each moment takes several places. */
function stretched(levels: readonly number[]): number[] {
  const places = Math.max(PLACES_MIN, levels.length);
  return Array.from(
    { length: places },
    (_, place) => levels[Math.floor((place * levels.length) / places)] ?? 0,
  );
}

/** Return a row of numbers in fewer places: the largest of each. Fewer numbers than places stay as they are. */
export function inPlaces(levels: readonly number[], places: number): number[] {
  if (levels.length <= places) return levels.map(within);
  return Array.from({ length: places }, (_, place) => {
    const from = Math.floor((place * levels.length) / places);
    const to = Math.floor(((place + 1) * levels.length) / places);
    return levels.slice(from, to).reduce((most, level) => Math.max(most, within(level)), 0);
  });
}

function within(level: number): number {
  return level > 0 ? Math.min(1, level) : 0;
}

/** Return seconds as people write them: "0:07", "12:30". */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Return the voice message that follows on: the same person's next one, unless somebody else has said something in between. */
export function nextVoice(timeline: Timeline, id: string): Fact | null {
  const at = timeline.order.indexOf(id);
  const sender = timeline.facts.get(id)?.sender;
  if (at === -1) return null;
  for (const other of timeline.order.slice(at + 1)) {
    const fact = timeline.facts.get(other);
    if (fact === undefined || fact.about !== undefined || fact.stateKey !== undefined) continue;
    if (fact.isRemoved === true || timeline.removed.has(other)) continue;
    if (fact.sender !== sender) return null;
    if (isVoice(fact)) return fact;
  }
  return null;
}

function isVoice({ type, content, unreadable }: Fact): boolean {
  const isSound = type === "m.room.message" && content["msgtype"] === "m.audio";
  return isSound && unreadable === undefined && soundOf(content).isVoice;
}

/** What has been heard on this device. What was said up to `since` counts as heard. */
export interface Heard {
  readonly since: number;
  readonly ids: readonly (readonly [id: string, at: number])[];
}

const HEARD_MAX = 400;

export function isHeard({ since, ids }: Heard, id: string, at: number): boolean {
  return at <= since || ids.some(([known]) => known === id);
}

/** Return it with one more; of too many the older half goes, and with it everything that was said before. */
export function withHeard(heard: Heard, id: string, at: number): Heard {
  if (isHeard(heard, id, at)) return heard;
  const ids = [...heard.ids, [id, at] as const];
  if (ids.length <= HEARD_MAX) return { ...heard, ids };
  const sorted = ids.sort((one, other) => one[1] - other[1]);
  const kept = sorted.splice(HEARD_MAX / 2);
  return { since: sorted.at(-1)?.[1] ?? heard.since, ids: kept };
}

/** Read what was kept; anything else is a beginning at `now`. */
export function heardIn(kept: string | null, now: number): Heard {
  try {
    const { since, ids } = fieldsOf(JSON.parse(kept ?? "null"));
    if (typeof since === "number" && Array.isArray(ids)) return { since, ids: ids.filter(isPair) };
  } catch {
    // Somebody else's words under our name.
  }
  return { since: now, ids: [] };
}

function isPair(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number";
}

function lengthOf(duration: unknown): number | null {
  if (typeof duration !== "number" || !(duration > 0)) return null;
  return duration / 1000 <= LENGTH_MAX_S ? duration / 1000 : null;
}

function waveformIn(value: unknown): number[] {
  if (!Array.isArray(value)) return [];
  const heights = value.slice(0, 1000).map((one) => (typeof one === "number" ? within(one / LOUDEST) : 0));
  return inPlaces(heights, PLACES_MAX);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
