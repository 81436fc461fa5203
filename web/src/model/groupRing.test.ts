import { describe, expect, it } from "vitest";
import { declinedBy, declining, ringOf } from "./groupRing";

const ME = "@me:x";
const content = {
  slot_id: "m.call#ROOM",
  "m.mentions": { user_ids: [], room: true },
  notification_type: "notification",
  "m.relates_to": { event_id: "$call", rel_type: "m.reference" },
  sender_ts: 1_000_000,
  lifetime: 60_000,
};
const told = { me: ME, sender: "@ann:x", content, at: 1_000_000, ageMs: 5_000 };

describe("what tells of a group's call", () => {
  it("counts for as long as it lives", () => {
    expect(ringOf(told)).toEqual({ isLoud: false, isVideo: false, leftMs: 55_000 });
    expect(ringOf({ ...told, ageMs: 59_999 })?.leftMs).toBe(1);
    expect(ringOf({ ...told, ageMs: 60_000 })).toBeNull();
  });

  it("is heard, and of a call with pictures, when it says so", () => {
    const loud = { ...content, notification_type: "ring", "m.call.intent": "video" };
    expect(ringOf({ ...told, content: loud })).toMatchObject({ isLoud: true, isVideo: true });
  });

  it("lives for two minutes at most, whatever it says", () => {
    expect(ringOf({ ...told, content: { ...content, lifetime: 86_400_000 } })?.leftMs).toBe(115_000);
  });

  it("is old when it waited on the sender's device, and no younger when that one's clock is ahead", () => {
    expect(ringOf({ ...told, content: { ...content, sender_ts: 900_000 } })).toBeNull();
    expect(ringOf({ ...told, content: { ...content, sender_ts: 9_000_000 } })?.leftMs).toBe(55_000);
  });

  it("comes from somebody else, and is meant for oneself or for all", () => {
    expect(ringOf({ ...told, sender: ME })).toBeNull();
    const meant = (mentions: unknown) => ringOf({ ...told, content: { ...content, "m.mentions": mentions } });
    expect(meant({ user_ids: [ME] })).not.toBeNull();
    expect(meant({ user_ids: ["@bob:x"] })).toBeNull();
    expect(meant({ room: "true" })).toBeNull();
    expect(meant({ user_ids: ME })).toBeNull();
    expect(meant(null)).toBeNull();
    expect(meant(undefined)).toBeNull();
  });

  it("may say anything: what it should not say makes it nothing", () => {
    for (const wrong of [{ lifetime: "60000" }, { lifetime: -1 }, { lifetime: 1.5 }, { sender_ts: null }])
      expect(ringOf({ ...told, content: { ...content, ...wrong } })).toBeNull();
    expect(ringOf({ ...told, content: { ...content, slot_id: "m.board#ROOM" } })).toBeNull();
    expect(ringOf({ ...told, content: {} })).toBeNull();
  });

  it("names no place where older clients sent it", () => {
    const { slot_id: _, ...older } = content;
    expect(ringOf({ ...told, content: older })).not.toBeNull();
  });
});

it("is declined by its id", () => {
  expect(declinedBy(declining("$ring"))).toBe("$ring");
  for (const wrong of [{}, { "m.relates_to": null }, { "m.relates_to": { event_id: "$ring" } }])
    expect(declinedBy(wrong)).toBeNull();
  expect(declinedBy({ "m.relates_to": { rel_type: "m.reference", event_id: 7 } })).toBeNull();
});
