import { describe, expect, it } from "vitest";
import { columnsFor, headcount, type Mate, type Present, strangersIn, tilesOf } from "./groupCall";

const mate = (name: string, device = "D"): Mate => ({
  userId: `@${name}:x`,
  identity: `@${name}:x:${device}`,
});
const present = (name: string, more: Partial<Present> = {}): Present => ({
  ...{ identity: `@${name}:x:D`, isMuted: false, isSpeaking: false, hasCamera: false, hasScreen: false },
  ...more,
});
const me = mate("me");
const nobodyHidden = () => false;

describe("the tiles of a call", () => {
  it("has the others as they came, and oneself last", () => {
    const mates = [mate("bob"), me, mate("ann")];
    const tiles = tilesOf({
      me,
      mates,
      present: [present("me"), present("ann"), present("bob")],
      isHidden: nobodyHidden,
    });
    expect(tiles.map(({ userId }) => userId)).toEqual(["@bob:x", "@ann:x", "@me:x"]);
    expect(tiles.map(({ isMe }) => isMe)).toEqual([false, false, true]);
  });

  it("shows who is only on the way, and oneself before anybody knows", () => {
    const tiles = tilesOf({ me, mates: [mate("bob")], present: [], isHidden: nobodyHidden });
    expect(tiles.map(({ isComing }) => isComing)).toEqual([true, true]);
  });

  it("gives a screen a tile of its own, before all faces", () => {
    const tiles = tilesOf({
      me,
      mates: [mate("ann"), mate("bob")],
      present: [present("bob", { hasScreen: true, hasCamera: true, isMuted: true })],
      isHidden: nobodyHidden,
    });
    expect(tiles.map(({ userId, isScreen }) => [userId, isScreen])).toEqual([
      ["@bob:x", true],
      ["@ann:x", false],
      ["@bob:x", false],
      ["@me:x", false],
    ]);
    expect(new Set(tiles.map(({ id }) => id)).size).toBe(4);
  });

  it("shows nobody who was not announced, nobody twice, and nobody who is blocked", () => {
    const mates = [mate("bob"), mate("bob"), mate("eve")];
    const tiles = tilesOf({
      me,
      mates,
      present: [present("bob"), present("mallory"), present("eve")],
      isHidden: (userId) => userId === "@eve:x",
    });
    expect(tiles.map(({ userId }) => userId)).toEqual(["@bob:x", "@me:x"]);
    expect(strangersIn(me, mates, [present("bob"), present("mallory"), present("me")])).toBe(1);
  });
});

it("counts people and not devices", () => {
  expect(headcount([mate("bob"), mate("bob", "PHONE"), mate("ann")])).toBe(2);
});

it("lays tiles out in columns", () => {
  expect([1, 2, 3, 4, 5, 9].map((count) => columnsFor(count, false))).toEqual([1, 1, 2, 2, 2, 2]);
  expect([1, 2, 3, 4, 5, 9].map((count) => columnsFor(count, true))).toEqual([1, 2, 2, 2, 3, 3]);
});
