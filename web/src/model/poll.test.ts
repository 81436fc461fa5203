import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  endOf,
  leading,
  type Poll,
  percent,
  pollOf,
  pressed,
  type Reply,
  startOf,
  tallyOf,
  voteOf,
} from "./poll";

const START = "org.matrix.msc3381.poll.start";
const about = { id: "$poll", type: START };
const asked = startOf(
  { question: "Where?", choices: 2, isOpen: true },
  ["Bridge", "Tea house", "Lake"],
  ["a", "b", "c"],
);
const poll = pollOf(asked.type, asked.content) as Poll;
const author = (sender: string) => sender === "@ann:here";

let count = 0;
function said(sender: string, at: number, event: { type: string; content: Record<string, unknown> }): Reply {
  count += 1;
  return { id: `$${count}`, sender, at, ...event };
}
const vote = (sender: string, at: number, ...chosen: string[]) => said(sender, at, voteOf(about, chosen));
const end = (sender: string, at: number) => said(sender, at, endOf(about, "over"));

describe("a poll", () => {
  it("comes back as it was asked, and says itself without being understood", () => {
    expect(poll).toEqual({
      question: "Where?",
      answers: [
        { id: "a", text: "Bridge" },
        { id: "b", text: "Tea house" },
        { id: "c", text: "Lake" },
      ],
      choices: 2,
      isOpen: true,
    });
    expect(asked.content.body).toBe("Where?\n1. Bridge\n2. Tea house\n3. Lake");
  });

  it("is read by its stable names too", () => {
    const text = (body: string) => ({ "m.text": [{ body }] });
    const content = {
      "m.poll": {
        kind: "m.disclosed",
        question: text("Where?"),
        answers: [
          { "m.id": "x", ...text("Here") },
          { "m.id": "x", ...text("Twice") },
          { "m.id": 7, ...text("No id") },
        ],
      },
    };
    const stable = pollOf("m.poll.start", content) as Poll;
    expect(stable).toMatchObject({ question: "Where?", answers: [{ id: "x" }], choices: 1, isOpen: true });
    const reply = said("@bo:here", 1, voteOf({ id: "$p", type: "m.poll.start" }, ["x"]));
    expect(reply.content["m.selections"]).toEqual(["x"]);
    expect(tallyOf(stable, [reply], author).voters.get("x")).toEqual(["@bo:here"]);
  });

  it("is none when anything else stands there, and nothing throws", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (content, inner) => {
        const given = (typeof content === "object" && content !== null ? content : {}) as Record<
          string,
          unknown
        >;
        pollOf(START, given);
        const answers = [{ id: "a", "org.matrix.msc1767.text": "A" }, inner, inner];
        const made = pollOf(START, {
          [START]: { question: { body: "Q" }, answers, max_selections: inner, kind: inner },
        });
        expect(made?.answers[0]).toEqual({ id: "a", text: "A" });
        const odd = said("@x:here", 1, { type: "m.poll.response", content: given });
        expect(
          tallyOf(made as Poll, [odd, { ...odd, content: { "m.selections": inner } }], author).votes.size,
        ).toBe(0);
      }),
    );
  });
});

describe("the votes", () => {
  it("count once for each person: the last one", () => {
    const tally = tallyOf(
      poll,
      [vote("@bo:here", 2, "b"), vote("@bo:here", 1, "a"), vote("@cy:here", 1, "b", "c")],
      author,
    );
    expect([...tally.voters]).toEqual([
      ["a", []],
      ["b", ["@bo:here", "@cy:here"]],
      ["c", ["@cy:here"]],
    ]);
    expect(leading(poll, tally)).toEqual([{ id: "b", text: "Tea house" }]);
    expect([percent(tally, "a"), percent(tally, "b"), percent(tally, "c")]).toEqual([0, 100, 50]);
  });

  it.each([
    ["nothing", []],
    ["an answer that is not there", ["a", "z"]],
  ])("%s takes back what was chosen", (_, chosen) => {
    expect(tallyOf(poll, [vote("@bo:here", 1, "a"), vote("@bo:here", 2, ...chosen)], author).votes.size).toBe(
      0,
    );
  });

  it("are no more than may be chosen", () => {
    expect(tallyOf(poll, [vote("@bo:here", 1, "a", "a", "b", "c")], author).votes.get("@bo:here")).toEqual([
      "a",
    ]);
    expect(tallyOf(poll, [vote("@bo:here", 1, "c", "b", "z")], author).votes.get("@bo:here")).toEqual([
      "b",
      "c",
    ]);
  });

  it("do not count after the first end by whom it belongs to", () => {
    const replies = [
      vote("@bo:here", 3, "a"),
      vote("@cy:here", 5, "a"),
      end("@bo:here", 1),
      end("@ann:here", 9),
      end("@ann:here", 4),
    ];
    const tally = tallyOf(poll, replies, author);
    expect([tally.endedAt, [...tally.votes.keys()]]).toEqual([4, ["@bo:here"]]);
  });

  it("are the same in whatever order they come", () => {
    const senders = fc.constantFrom("@ann:here", "@bo:here", "@cy:here");
    const one = fc.record({
      id: fc.uuid(),
      sender: senders,
      at: fc.integer({ min: 0, max: 5 }),
      event: fc.oneof(
        fc
          .array(fc.constantFrom("a", "b", "c", "z"), { maxLength: 4 })
          .map((chosen) => voteOf(about, chosen)),
        fc.constant(endOf(about, "over")),
      ),
    });
    const some = fc.uniqueArray(one, { selector: ({ id }) => id, maxLength: 12 });
    fc.assert(
      fc.property(
        some.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, mixed]) => {
          const replies = (of: typeof all) => of.map(({ event, ...rest }): Reply => ({ ...rest, ...event }));
          const tally = tallyOf(poll, replies(all), author);
          expect(tallyOf(poll, replies(mixed), author)).toEqual(tally);
          for (const chosen of tally.votes.values()) {
            expect(chosen.length).toBeGreaterThan(0);
            expect(chosen.length).toBeLessThanOrEqual(poll.choices);
          }
          const sum = [...tally.voters.values()].reduce((total, voters) => total + voters.length, 0);
          expect(sum).toBe([...tally.votes.values()].reduce((total, chosen) => total + chosen.length, 0));
          const late = { ...vote("@new:here", (tally.endedAt ?? 99) + 1, "a") };
          expect(tallyOf(poll, [...replies(all), late], author).votes.has("@new:here")).toBe(
            tally.endedAt === null,
          );
        },
      ),
    );
  });
});

describe("a press", () => {
  it("chooses, takes back, and never chooses too many", () => {
    expect(pressed(poll, [], "a")).toEqual(["a"]);
    expect(pressed(poll, ["a"], "a")).toEqual([]);
    expect(pressed(poll, ["a", "b"], "c")).toEqual(["a", "b"]);
    expect(pressed({ ...poll, choices: 1 }, ["a"], "c")).toEqual(["c"]);
  });
});
