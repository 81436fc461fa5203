/** Events as anybody may write them, for tests: honest ones in which something else stands in some places, and what is nothing like one. */
import fc from "fast-check";

const MXC = "mxc://here.test/abc";
const FILE = {
  url: MXC,
  v: "v2",
  key: { kty: "oct", alg: "A256CTR", key_ops: ["encrypt", "decrypt"], k: "A".repeat(43), ext: true },
  iv: "A".repeat(22),
  hashes: { sha256: "A".repeat(43) },
};
const INFO = {
  ...{
    mimetype: "image/png",
    size: 9,
    w: 40,
    h: 30,
    duration: 900,
    thumbnail_url: MXC,
    thumbnail_file: FILE,
  },
  ...{
    thumbnail_info: { mimetype: "image/png", w: 4, h: 3 },
    "xyz.amorgan.blurhash": "LEHV6nWB2yk8pyo0adR*",
  },
};
const WORDS = {
  body: "> <@ann:here.test> hm\n\nhi @room https://a.test/b",
  format: "org.matrix.custom.html",
  formatted_body:
    "<p>hi @room <span data-mx-spoiler>you</span> <a href='https://a.test'>b</a></p><ol start='3'></ol>",
  "m.mentions": { user_ids: ["@ann:here.test"], room: true },
  "m.relates_to": { "m.in_reply_to": { event_id: "$main" } },
  "com.beeper.linkpreviews": [
    {
      ...{ matched_url: "https://a.test/b", "og:title": "A", "og:image": MXC, "og:image:width": 400 },
      ...{ "og:image:height": 300, "og:image:type": "image/png", "beeper:image:encryption": FILE },
    },
  ],
};
const file = (msgtype: string) => ({
  ...{
    msgtype,
    body: "hi",
    filename: "a.bin",
    url: MXC,
    info: { mimetype: "video/mp4", size: 9, duration: 900 },
  },
});
const text = (body: string) => ({ "m.text": [{ body }], "org.matrix.msc1767.text": body, body });
const about = (rel_type: string) => ({ "m.relates_to": { rel_type, event_id: "$main", key: "👍" } });
const poll = (id: string) => ({
  ...{ question: text("Where?"), answers: [{ [id]: "a", ...text("Here") }], max_selections: 1 },
  kind: "org.matrix.msc3381.poll.disclosed",
});
const WAVE = { duration: 900, waveform: [0, 500, 1024] };

/** One of every kind that is drawn, or is about what is drawn. */
const HONEST: readonly (readonly [type: string, content: Readonly<Record<string, unknown>>])[] = [
  ["m.room.message", { msgtype: "m.text", ...WORDS }],
  ["m.room.message", { msgtype: "m.image", ...WORDS, filename: "a.png", info: INFO, file: FILE }],
  ...["m.notice", "m.emote"].map((msgtype) => ["m.room.message", { msgtype, body: "hi" }] as const),
  ...["m.video", "m.file", "m.audio"].map((msgtype) => ["m.room.message", file(msgtype)] as const),
  [
    "m.room.message",
    { ...file("m.audio"), "org.matrix.msc3245.voice": {}, "org.matrix.msc1767.audio": WAVE },
  ],
  [
    "m.room.message",
    {
      ...{ msgtype: "m.location", body: "here", geo_uri: "geo:51.5,-0.1;u=35" },
      "org.matrix.msc3488.location": { uri: "geo:51.5,-0.1", description: "Bridge" },
    },
  ],
  ["m.sticker", { body: "Cat", url: MXC, info: INFO }],
  ["m.poll.start", { "m.poll": poll("m.id"), ...text("Where?") }],
  ["org.matrix.msc3381.poll.start", { "org.matrix.msc3381.poll.start": poll("id"), ...text("Where?") }],
  ["m.poll.response", { "m.selections": ["a"], ...about("m.reference") }],
  [
    "org.matrix.msc3381.poll.response",
    { "org.matrix.msc3381.poll.response": { answers: ["a"] }, ...about("m.reference") },
  ],
  ["org.matrix.msc3381.poll.end", { "org.matrix.msc3381.poll.end": {}, ...about("m.reference") }],
  ["m.call.invite", { call_id: "c", offer: { type: "offer", sdp: "m=video 9" }, lifetime: 60_000 }],
  ["m.call.hangup", { call_id: "c", reason: "user_busy" }],
  ["m.call.answer", { call_id: "c", answer: { type: "answer", sdp: "" } }],
  ["org.courtyard.payment", { kind: "transfer", state: "accepted" }],
  ["org.courtyard.payment", { kind: "transfer", state: "pending", ...about("m.reference") }],
  ["m.reaction", about("m.annotation")],
  ["m.room.member", { membership: "join", displayname: "Ann", avatar_url: MXC, reason: "hi" }],
  ["m.room.member", { membership: "leave" }],
  ["m.room.name", { name: "Tea" }],
  ["m.room.history_visibility", { history_visibility: "shared" }],
  [
    "m.room.message",
    { ...WORDS, msgtype: "m.text", "m.new_content": { msgtype: "m.text", ...WORDS }, ...about("m.replace") },
  ],
  ["m.room.redaction", { redacts: "$other", reason: "edit of a deleted message" }],
];

/** Words that name what every object has, or mean something to whoever reads an event. */
const TRAPS = [
  ...["toString", "valueOf", "constructor", "__proto__", "hasOwnProperty", "then", "length", "$$typeof", ""],
  ...["m.text", "m.image", "m.audio", "m.location", "m.replace", "m.reference", "m.annotation", "m.thread"],
  ...[
    "$main",
    "$other",
    "@ann:here.test",
    "transfer",
    "geo:91,0",
    "geo:0.1,1e9;u=1",
    "||a||",
    "\u202e\ud800",
  ],
  ...["mxc://", "javascript:alert(1)", "matrix:u/x", "https://a.test/%", "{{count}} $t(talk.reply)"],
];

const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, 2 ** 53, 8_640_000_000_000_001, 1e308, -1e308),
  fc.constantFrom<unknown>(...TRAPS, "long ".repeat(3_000), nested(500)),
  fc.string({ unit: "binary" }),
  fc.double({ noNaN: true }),
);

/** So deep lies what is looked at. */
export const DEPTH = 4;

/** Anything that a server or an encrypted message can hold. */
export const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { arbitrary: leaf, weight: 4 },
    fc.array(tie("value"), { maxLength: 4 }),
    // Unlike an object that is written out, this one has "__proto__" as a name like any other: as JSON has it.
    fc
      .array(fc.tuple(fc.constantFrom(...TRAPS, "event_id", "rel_type", "body"), tie("value")), {
        maxLength: 4,
      })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

export interface Written {
  readonly type: string;
  readonly content: unknown;
}

/** An event of a known kind, with something else in up to three of its places: in a field of it, deep inside, or in the place of all. */
export const written: fc.Arbitrary<Written> = fc
  .tuple(fc.constantFrom(...HONEST), fc.array(fc.tuple(fc.nat(), anything), { maxLength: 3 }))
  .map(([[type, content], changes]) => ({
    type,
    content: changes.reduce<unknown>((now, [place, value]) => {
      const places = placesIn(now, DEPTH);
      return put(now, places[place % places.length] ?? [], value);
    }, content),
  }));

/** Every kind as an honest client writes it. */
export const honest: readonly Written[] = HONEST.map(([type, content]) => ({ type, content }));

/** Every kind once for each of its places that lie no deeper, with one and the same thing there. */
export function everywhere(value: unknown, depth: number): Written[] {
  return HONEST.flatMap(([type, content]) =>
    placesIn(content, depth).map((place) => ({ type, content: put(content, place, value) })),
  );
}

type Place = readonly string[];

function placesIn(value: unknown, depth: number): Place[] {
  if (typeof value !== "object" || value === null || depth === 0) return [[]];
  const inside = Object.entries(value).flatMap(([name, part]) =>
    placesIn(part, depth - 1).map((place) => [name, ...place]),
  );
  return [[], ...inside];
}

function put(value: unknown, [name, ...rest]: Place, part: unknown): unknown {
  if (name === undefined) return part;
  const inside = put((value as Record<string, unknown>)[name], rest, part);
  if (Array.isArray(value)) return value.map((one, index) => (String(index) === name ? inside : one));
  return { ...(value as object), [name]: inside };
}
