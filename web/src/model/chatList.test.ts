import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Chat, inOrder, shortTime, unreadOf } from "./chatList";

const chat: fc.Arbitrary<Chat> = fc.record({
  roomId: fc.stringMatching(/^![a-z]{1,6}$/),
  name: fc.string(),
  preview: fc.string(),
  at: fc.nat(5),
  unread: fc.nat(9),
  marked: fc.boolean(),
  muted: fc.boolean(),
  pinned: fc.boolean(),
  invited: fc.boolean(),
  isOfficial: fc.boolean(),
  draft: fc.constant(null),
});
const chats = fc.uniqueArray(chat, { selector: (one) => one.roomId });

describe("the list of chats", () => {
  it("has the same order from whatever order it comes in", () => {
    fc.assert(
      fc.property(chats, fc.infiniteStream(fc.nat()), (list, chance) => {
        const shuffled = list
          .map((one) => [chance.next().value ?? 0, one] as const)
          .sort((a, b) => a[0] - b[0])
          .map(([, one]) => one);
        expect(inOrder(shuffled)).toEqual(inOrder(list));
      }),
    );
  });

  it("keeps pinned chats above all others, and among equals the newest first", () => {
    fc.assert(
      fc.property(chats, (list) => {
        const sorted = inOrder(list);
        expect(sorted).toHaveLength(list.length);
        for (const [index, one] of sorted.entries()) {
          const next = sorted[index + 1];
          if (next === undefined) continue;
          expect(Number(one.pinned)).toBeGreaterThanOrEqual(Number(next.pinned));
          if (one.pinned === next.pinned && one.invited === next.invited) {
            expect(one.at).toBeGreaterThanOrEqual(next.at);
          }
        }
      }),
    );
  });

  it("counts no muted chat as wanting attention", () => {
    fc.assert(
      fc.property(chats, (list) => {
        const heard = list.filter((one) => !one.muted);
        expect(unreadOf(list)).toBe(unreadOf(heard));
        expect(unreadOf(list)).toBeGreaterThanOrEqual(heard.reduce((sum, one) => sum + one.unread, 0));
      }),
    );
  });
});

describe("when something was said", () => {
  const now = new Date(2026, 10, 26, 15, 30).getTime();

  it.each([
    ["this morning", new Date(2026, 10, 26, 9, 5), "09:05"],
    ["a clock that is ahead", new Date(2026, 10, 26, 23, 59), "23:59"],
    ["yesterday late", new Date(2026, 10, 25, 23, 59), "Wed"],
    ["this year", new Date(2026, 0, 2, 9, 0), "02/01"],
    ["another year", new Date(2024, 1, 29, 9, 0), "29/02/2024"],
  ])("%s", (_name, then, words) => {
    expect(shortTime(then.getTime(), now, "en-GB")).toBe(words);
  });
});
