import type { TFunction } from "i18next";
import { expect, it } from "vitest";
import { lineOf } from "./lines";

const t = ((key: string) => key) as unknown as TFunction;
const line = (content: Record<string, unknown>) =>
  lineOf({ type: "m.room.message", content: { msgtype: "m.audio", ...content }, isRemoved: false }, t);

it("calls a voice a voice, and a piece of music by its name or by what was said about it", () => {
  expect(line({ body: "Voice message", "org.matrix.msc3245.voice": {} })).toBe("chats.voice");
  expect(line({ body: "bells.mp3" })).toBe("chats.sound bells.mp3");
  expect(line({ filename: "bells.mp3", body: "Hear\nthis" })).toBe("chats.sound Hear this");
  expect(line({ body: 5 })).toBe("chats.sound");
});

it("says of a question to compare keys what it is, and not what stands there for clients that cannot", () => {
  const asked = { msgtype: "m.key.verification.request", body: "@bob:here is requesting to verify your key" };
  expect(line(asked)).toBe("chats.asks_to_compare");
});

it.each([{ toString: 1 }, null, "constructor", "__proto__", "toString"])(
  "says no more of a kind that is none (%j) than what was written",
  (msgtype) => {
    expect(line({ msgtype, body: "x" })).toBe("x");
  },
);

it("calls nothing a payment, a call or a poll that only says so itself", () => {
  for (const msgtype of ["org.courtyard.payment", "m.call.invite", "m.sticker"]) {
    expect(line({ msgtype, body: "100 for you" })).toBe("100 for you");
  }
});
