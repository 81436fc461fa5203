/** A conversation as long as wanted, the same each time: text of all lengths, answers, edits and signs. */
import type { Fact } from "../src/model/timeline";

export const ME = "@p0:bench";
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

export function conversation(count: number, from = 0): Fact[] {
  const start = Date.UTC(2024, 0, 1);
  return Array.from({ length: count }, (_, index) => factAt(from + index, start));
}

function factAt(n: number, start: number): Fact {
  const random = (max: number) => Math.imul(n + 1, 2_654_435_761 + max * 97) >>> 0;
  const id = `$${n}`;
  const base = { id, key: id, sender: `@p${random(1) % 5}:bench`, at: start + n * 7 * MINUTE_MS };
  const target = `$${Math.max(0, n - 1 - (random(2) % 20))}`;
  if (n % 19 === 7) {
    const content = { "m.relates_to": { rel_type: "m.annotation", event_id: target, key: "👍" } };
    return { ...base, type: "m.reaction", content, about: { kind: "reaction", id: target } };
  }
  const length = 1 + (random(3) % (n % 11 === 0 ? 60 : 12));
  const body = Array.from({ length }, (_, k) => WORDS[(random(k + 5) >>> 7) % WORDS.length]).join(" ");
  const said = { msgtype: "m.text", body };
  if (n % 23 === 11) {
    const content = { ...said, "m.new_content": said };
    return { ...base, type: "m.room.message", content, about: { kind: "edit", id: target } };
  }
  const answers = n % 13 === 5 ? { "m.relates_to": { "m.in_reply_to": { event_id: target } } } : {};
  return { ...base, type: "m.room.message", content: { ...said, ...answers } };
}
