import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Fact, initial } from "./timeline";
import {
  clockOf,
  contentOfVoice,
  type Heard,
  heardIn,
  inPlaces,
  isHeard,
  LOUDEST,
  nextVoice,
  PLACES_MAX,
  soundOf,
  waveformOf,
  withHeard,
} from "./voice";

describe("what an event says about its sound", () => {
  it("is what was sent", () => {
    const content = contentOfVoice({
      body: "Voice message",
      length_ms: 1234.4,
      waveform: [0, 512, 1024],
      type: "audio/webm",
      size: 99,
    });
    expect(soundOf(content)).toEqual({
      isVoice: true,
      length: 1.234,
      waveform: [0, 0.5, 1],
      type: "audio/webm",
    });
  });

  it("is never more than can be shown, whatever stands there", () => {
    const key = fc.constantFrom("info", "org.matrix.msc1767.audio", "org.matrix.msc3245.voice", "body");
    fc.assert(
      fc.property(fc.dictionary(key, fc.anything()), (content) => {
        const sound = soundOf(content);
        expect(sound.waveform.length).toBeLessThanOrEqual(PLACES_MAX);
        expect(sound.waveform.every((one) => one >= 0 && one <= 1)).toBe(true);
        expect(sound.length === null || (sound.length > 0 && sound.length <= 86_400)).toBe(true);
      }),
    );
    const wild = { duration: Number.NaN, waveform: [Number.NaN, -1, 1e9, "x", null] };
    expect(soundOf({ "org.matrix.msc1767.audio": wild })).toMatchObject({
      length: null,
      waveform: [0, 0, 1, 0, 0],
    });
  });
});

describe("a waveform", () => {
  it("has few places, and none is louder than the loudest", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), (levels) => {
        const waveform = waveformOf(levels);
        expect(waveform.length).toBe(Math.max(30, Math.min(levels.length, PLACES_MAX)));
        expect(waveform.every((one) => Number.isInteger(one) && one >= 0 && one <= LOUDEST)).toBe(true);
      }),
    );
  });

  it("of a short one has its moments in their order", () => {
    const waveform = waveformOf([0, 0.25, 1]);
    expect([waveform[0], waveform[15], waveform[29]]).toEqual([0, LOUDEST / 2, LOUDEST]);
  });

  it("keeps every loud moment", () => {
    const levels = Array.from({ length: 1000 }, (_, at) => (at === 777 ? 1 : 0.01));
    expect(inPlaces(levels, 100).filter((one) => one === 1)).toHaveLength(1);
    expect(inPlaces(levels, 100)[77]).toBe(1);
  });
});

it("writes time as a clock", () => {
  expect([0, 7.4, 59.6, 750, -3].map(clockOf)).toEqual(["0:00", "0:07", "1:00", "12:30", "0:00"]);
});

describe("what follows on", () => {
  const voice = { msgtype: "m.audio", "org.matrix.msc3245.voice": {} };
  const text = { msgtype: "m.text", body: "hello" };
  const fact = (id: string, sender: string, content: object, more: Partial<Fact> = {}): Fact => ({
    id,
    key: id,
    sender,
    at: 0,
    type: "m.room.message",
    content: content as Fact["content"],
    ...more,
  });

  it("is the same person's next voice message", () => {
    const timeline = initial([
      fact("1", "lin", voice),
      fact("r", "kai", {}, { type: "m.reaction", about: { kind: "reaction", id: "1" } }),
      fact("2", "lin", text),
      fact("3", "lin", voice),
      fact("4", "kai", text),
      fact("5", "lin", voice),
    ]);
    expect(nextVoice(timeline, "1")?.id).toBe("3");
    expect(nextVoice(timeline, "3")).toBeNull();
    expect(nextVoice(timeline, "5")).toBeNull();
    expect(nextVoice(timeline, "nowhere")).toBeNull();
  });
});

describe("what has been heard", () => {
  const moments = fc.array(fc.tuple(fc.uuid(), fc.integer({ min: 0, max: 1e6 })), { maxLength: 900 });

  it("stays heard, and is not kept without end", () => {
    fc.assert(
      fc.property(moments, (said) => {
        let heard: Heard = { since: 10, ids: [] };
        for (const [id, at] of said) {
          heard = withHeard(heard, id, at);
          expect(isHeard(heard, id, at)).toBe(true);
        }
        expect(heard.ids.length).toBeLessThanOrEqual(400);
        expect(said.every(([id, at]) => isHeard(heard, id, at))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it("begins on the day this device came", () => {
    expect(heardIn(null, 50)).toEqual({ since: 50, ids: [] });
    expect(heardIn("nonsense", 50)).toEqual({ since: 50, ids: [] });
    expect(heardIn('{"since":7,"ids":[["a",9],"x"]}', 50)).toEqual({ since: 7, ids: [["a", 9]] });
    expect(isHeard({ since: 7, ids: [] }, "b", 8)).toBe(false);
  });
});
