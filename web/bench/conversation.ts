/** A conversation as long as wanted, the same each time, as a homeserver tells it: text of all lengths, answers, edits, signs, pictures,
 *  voices and polls with votes.
 */
import type { IEvent } from "matrix-js-sdk";
import { contentOfVoice } from "../src/model/voice";

export const ME = "@p0:bench";
export const ROOM = "!bench";
const PEOPLE = 5;
const WORDS = [
  "tea",
  "bridge",
  "lantern",
  "灯笼",
  "and",
  "the",
  "market",
  "早上好",
  "see",
  "https://a.example/b",
  "🎉",
];
const MINUTE_MS = 60_000;
const START = Date.UTC(2024, 0, 1);
const BLUR = "LEHV6nWB2yk8pyo0adR*.7kCMdnj";
const POLL = "org.matrix.msc3381.poll";
/** Each poll is followed by the votes that it gets. */
const POLL_EVERY = 67;
const VOTES = 3;

export type Told = Pick<IEvent, "event_id" | "room_id" | "sender" | "origin_server_ts" | "type" | "content">;

/** Return the events from one number on. Below 0 they are older than the first one. */
export function conversation(count: number, from = 0): Told[] {
  return Array.from({ length: count }, (_, index) => told(from + index));
}

function told(n: number): Told {
  const sender = `@p${random(n, 1) % PEOPLE}:bench`;
  return {
    ...{ event_id: `$${n}`, room_id: ROOM, sender, origin_server_ts: START + n * 7 * MINUTE_MS },
    ...said(n),
  };
}

function random(n: number, salt: number): number {
  return Math.imul(n + 1, 2_654_435_761 + salt * 97) >>> 0;
}

/** The same for what is older than the first one. */
function placeIn(n: number, every: number): number {
  return ((n % every) + every) % every;
}

function said(n: number): Pick<Told, "type" | "content"> {
  const target = `$${n - 1 - (random(n, 2) % 20)}`;
  const sincePoll = placeIn(n, POLL_EVERY);
  if (sincePoll === 0) return { type: `${POLL}.start`, content: poll(n) };
  if (sincePoll <= VOTES) return { type: `${POLL}.response`, content: vote(n, `$${n - sincePoll}`) };
  if (placeIn(n, 19) === 7) {
    const relation = { rel_type: "m.annotation", event_id: target, key: "👍" };
    return { type: "m.reaction", content: { "m.relates_to": relation } };
  }
  return { type: "m.room.message", content: message(n, target) };
}

function message(n: number, target: string): Told["content"] {
  if (placeIn(n, 17) === 3) return picture(n);
  if (placeIn(n, 29) === 13) return voice(n);
  const text = { msgtype: "m.text", body: words(n) };
  if (placeIn(n, 23) === 11) {
    return { ...text, "m.new_content": text, "m.relates_to": { rel_type: "m.replace", event_id: target } };
  }
  if (placeIn(n, 13) === 5) return { ...text, "m.relates_to": { "m.in_reply_to": { event_id: target } } };
  return text;
}

function words(n: number): string {
  const length = 1 + (random(n, 3) % (placeIn(n, 11) === 0 ? 60 : 12));
  return Array.from({ length }, (_, k) => WORDS[(random(n, k + 5) >>> 7) % WORDS.length]).join(" ");
}

function picture(n: number): Told["content"] {
  const isUpright = random(n, 4) % 3 === 0;
  const [w, h] = isUpright ? [1200, 1600] : [1600, 1200];
  const info = { mimetype: "image/jpeg", w, h, size: 480_000, "xyz.amorgan.blurhash": BLUR };
  return { msgtype: "m.image", body: "photo.jpg", url: `mxc://bench/picture${n}`, info };
}

function voice(n: number): Told["content"] {
  const waveform = Array.from({ length: 60 }, (_, place) => random(n, place) % 1024);
  const length_ms = 1000 + (random(n, 6) % 60_000);
  const spoken = { body: "Voice", length_ms, waveform, type: "audio/ogg", size: 90_000 };
  return { ...contentOfVoice(spoken), url: `mxc://bench/voice${n}` };
}

function poll(n: number): Told["content"] {
  const answers = ["Yes", "No", "Later"].map((text, id) => ({
    id: `${id}`,
    "org.matrix.msc1767.text": text,
  }));
  const question = { "org.matrix.msc1767.text": words(n) };
  return { [`${POLL}.start`]: { question, answers, kind: `${POLL}.disclosed`, max_selections: 1 } };
}

function vote(n: number, on: string): Told["content"] {
  const relation = { rel_type: "m.reference", event_id: on };
  return { "m.relates_to": relation, [`${POLL}.response`]: { answers: [`${random(n, 8) % 3}`] } };
}
