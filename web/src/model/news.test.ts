import { expect, it } from "vitest";
import { newsIn } from "./news";
import { type Fact, initial } from "./timeline";

const ME = "@ann:here";
const said = (id: string, more: Partial<Fact> = {}): Fact => ({
  ...{ id, key: id, sender: "@bo:here", at: 0, type: "m.room.message", content: { body: id } },
  ...more,
});
const idsIn = (facts: readonly Fact[], upTo: string | undefined) => {
  const news = newsIn(initial(facts), upTo, ME);
  return { ids: news.said.map(({ id }) => id), upTo: news.upTo };
};

it("reads out nothing of what was there before", () => {
  expect(idsIn([], undefined)).toEqual({ ids: [], upTo: undefined });
  expect(idsIn([said("$a"), said("$b")], undefined)).toEqual({ ids: [], upTo: "$b" });
  expect(idsIn([said("$b")], "$gone")).toEqual({ ids: [], upTo: "$b" });
});

it("reads out everything that came since, and only what others said", () => {
  const all = [
    said("$a"),
    said("$b"),
    said("$mine", { sender: ME }),
    said("$c"),
    said("$member", { type: "m.room.member", stateKey: "@cy:here" }),
    said("$gone", { isRemoved: true }),
    said("$reaction", { type: "m.reaction", about: { kind: "reaction", id: "$c" } }),
  ];
  expect(idsIn(all, "$a")).toEqual({ ids: ["$b", "$c"], upTo: "$reaction" });
  expect(idsIn(all, "$reaction")).toEqual({ ids: [], upTo: "$reaction" });
});

it("waits for what is being decrypted, and not for what cannot be read", () => {
  const closed = { type: "m.room.encrypted", content: {} };
  const all = [said("$a"), said("$b"), said("$c", closed), said("$d")];
  expect(idsIn(all, "$a")).toEqual({ ids: ["$b"], upTo: "$b" });
  expect(idsIn([...all.slice(0, 2), said("$c"), said("$d")], "$b")).toEqual({
    ids: ["$c", "$d"],
    upTo: "$d",
  });
  const failed = said("$c", { ...closed, unreadable: "NO_KEY" });
  expect(idsIn([...all.slice(0, 2), failed, said("$d")], "$b")).toEqual({ ids: ["$c", "$d"], upTo: "$d" });
});

it("is not led astray by what one is sending oneself", () => {
  const all = [said("$a"), said("$b"), said("~1", { sender: ME, sending: "sending" })];
  expect(idsIn(all, "$a")).toEqual({ ids: ["$b"], upTo: "$b" });
});

it("reads out the last of very much", () => {
  const many = Array.from({ length: 30 }, (_, index) => said(`$${index}`));
  expect(idsIn(many, "$0").ids).toHaveLength(10);
  expect(idsIn(many, "$0").ids.at(-1)).toBe("$29");
});
