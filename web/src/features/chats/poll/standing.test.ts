import { expect, it } from "vitest";
import { endOf, type Poll, pollOf, startOf, voteOf } from "../../../model/poll";
import { type Said, saidOf } from "../../../model/said";
import { type Fact, initial } from "../../../model/timeline";
import { standing } from "./standing";

const asked = startOf({ question: "Where?", choices: 1, isOpen: true }, ["Bridge", "Lake"], ["a", "b"]);
const poll = pollOf(asked.type, asked.content) as Poll;

interface Event {
  readonly type: string;
  readonly content: Record<string, unknown>;
}
const start: Fact = { id: "$poll", key: "$poll", sender: "@ann:here", at: 1, ...asked };
function reply(id: string, sender: string, event: Event, more: Partial<Fact> = {}): Fact {
  return { id, key: id, sender, at: 2, about: { kind: "reference", id: "$poll" }, ...event, ...more };
}
const vote = (id: string, answer: string, more?: Partial<Fact>) =>
  reply(id, "@bo:here", voteOf(start, [answer]), more);
const end = (more?: Partial<Fact>) => reply("$end", "@ann:here", endOf(start, "over"), { at: 3, ...more });

function stands(...facts: Fact[]) {
  const said = saidOf(initial(facts), "$poll", "@cy:here") as Said;
  const { tally, unsent } = standing(said, poll, () => false);
  return { bo: tally.votes.get("@bo:here"), endedAt: tally.endedAt, unsent };
}

it("lets no server vote for anybody, or end what was asked in an encrypted chat", () => {
  const sealed = { isEncrypted: true };
  const hidden = { ...start, ...sealed };
  expect(stands(hidden, vote("$1", "a"), end())).toEqual({ bo: undefined, endedAt: null, unsent: null });
  const own = vote("$1", "a", sealed);
  expect(stands(hidden, own, vote("$2", "b", { at: 5 })).bo).toEqual(["a"]);
  expect(stands(hidden, own, end(sealed))).toEqual({ bo: ["a"], endedAt: 3, unsent: null });
  // What is asked in the open, anybody may answer in the open.
  expect(stands(start, vote("$1", "a"), end())).toEqual({ bo: ["a"], endedAt: 3, unsent: null });
});

it("counts what is on its way, which is encrypted only as it leaves", () => {
  const hidden = { ...start, isEncrypted: true };
  expect(stands(hidden, vote("~1", "b", { sending: "sending" })).bo).toEqual(["b"]);
  expect(stands(hidden, vote("~1", "b", { sending: "failed" }))).toMatchObject({
    bo: undefined,
    unsent: "~1",
  });
});
