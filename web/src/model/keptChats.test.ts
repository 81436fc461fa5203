import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Chat } from "./chatList";
import { keptOf, readKept } from "./keptChats";

const chats = fc.array(
  fc.record<Chat>({
    roomId: fc.string({ minLength: 1 }),
    name: fc.string({ maxLength: 300 }),
    preview: fc.string({ maxLength: 300 }),
    at: fc.nat(),
    unread: fc.nat(),
    marked: fc.boolean(),
    muted: fc.boolean(),
    pinned: fc.boolean(),
    invited: fc.boolean(),
    isOfficial: fc.boolean(),
    draft: fc.option(fc.string({ maxLength: 300 })),
  }),
  { maxLength: 40 },
);

describe("the list that is kept", () => {
  it("is read as it was written, in its order", () => {
    fc.assert(
      fc.property(chats, (list) => {
        const kept = keptOf(list, (roomId) => `face of ${roomId}`);
        expect(readKept(JSON.stringify(kept))).toEqual(kept);
        expect(kept.map(({ roomId }) => roomId)).toEqual(list.slice(0, 20).map(({ roomId }) => roomId));
      }),
    );
  });

  it("is nothing when what stands there is something else", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.constant(null)), (text) => {
        expect(readKept(text)).toEqual([]);
      }),
    );
  });
});
