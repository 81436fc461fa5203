import { describe, expect, it } from "vitest";
import { rowsOf } from "./rowsOf";
import { type Fact, initial } from "./timeline";

let at = Date.UTC(2026, 10, 26, 12);
let count = 0;

function fact(type: string, sender: string, rest: Partial<Fact> = {}): Fact {
  count += 1;
  at += 1_000;
  return { id: `$${count}`, key: `k${count}`, sender, at, type, content: {}, ...rest };
}

function member(membership: string, who: string, by = who, before = "invite"): Fact {
  return fact("m.room.member", by, {
    stateKey: who,
    content: { membership },
    before: { membership: before },
  });
}

function kindsOf(facts: Fact[]): string[] {
  return rowsOf(initial(facts), { me: "@me", readUpTo: null }).map((row) =>
    row.kind === "notices" ? `${row.what} ${row.ids.length}` : row.kind,
  );
}

describe("notices of who comes and goes", () => {
  it("become one line when many say the same", () => {
    const invited = ["@a", "@b", "@c", "@d"].map((who) => member("invite", who, "@me", "leave"));
    const joined = ["@a", "@b", "@c"].map((who) => member("join", who));
    const left = ["@a", "@b", "@c"].map((who) => member("leave", who, who, "join"));
    expect(kindsOf([...invited, ...joined, ...left])).toEqual(["day", "invited 4", "joined 3", "left 3"]);
  });

  it("keep a line of their own when they are two, or come from different people", () => {
    const two = ["@a", "@b"].map((who) => member("join", who));
    expect(kindsOf(two)).toEqual(["day", "notice", "notice"]);
    const byTwo = ["@a", "@b", "@c"].map((who) =>
      member("invite", who, who === "@b" ? "@you" : "@me", "leave"),
    );
    expect(kindsOf(byTwo)).toEqual(["day", "notice", "notice", "notice"]);
  });

  it("are not put together across what was said, nor when somebody was made to go", () => {
    const [a, b, c] = ["@a", "@b", "@c"].map((who) => member("join", who));
    const words = fact("m.room.message", "@a", { content: { msgtype: "m.text", body: "Hi" } });
    expect(kindsOf([a, b, words, c] as Fact[])).toEqual(["day", "notice", "notice", "said", "notice"]);
    const removed = ["@a", "@b", "@c"].map((who) => member("leave", who, "@me", "join"));
    expect(kindsOf(removed)).toEqual(["day", "notice", "notice", "notice"]);
  });

  it("have a question to compare keys among them, until it is deleted", () => {
    const content = { msgtype: "m.key.verification.request", body: "@a is requesting to verify your key" };
    const asked = fact("m.room.message", "@a", { content });
    expect(kindsOf([asked])).toEqual(["day", "notice"]);
    expect(kindsOf([{ ...asked, content: {}, isRemoved: true }])).toEqual(["day", "said"]);
  });

  it("keep the name of their line when more come", () => {
    const joined = ["@a", "@b", "@c", "@d"].map((who) => member("join", who));
    const keyOf = (facts: Fact[]) => rowsOf(initial(facts), { me: "@me", readUpTo: null })[1]?.key;
    expect(keyOf(joined)).toBe(keyOf(joined.slice(0, 3)));
  });
});
