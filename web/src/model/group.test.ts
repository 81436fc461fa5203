import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as group from "./group";

describe("roles", () => {
  it("are what power levels are called, and back", () => {
    for (const role of group.ROLES) expect(group.roleOf(group.powerOf(role))).toBe(role);
    expect(group.roleOf(Number.POSITIVE_INFINITY)).toBe("owner");
    expect(group.roleOf(-1)).toBe("member");
  });

  it("put owners first and lose nobody", () => {
    const member = fc.record({
      userId: fc.stringMatching(/^@[a-z]{1,4}$/),
      name: fc.string(),
      power: fc.constantFrom(0, 50, 100, Number.POSITIVE_INFINITY),
    });
    fc.assert(
      fc.property(fc.uniqueArray(member, { selector: (one) => one.userId }), (members) => {
        const sorted = group.byRole(members, "en");
        expect(sorted).toHaveLength(members.length);
        const ranks = sorted.map((one) => group.ROLES.indexOf(group.roleOf(one.power)));
        expect(ranks).toEqual([...ranks].sort());
      }),
    );
  });

  it("change for one person alone", () => {
    const before = { users: { "@a:x": 100, "@b:x": 50 }, ban: 50 };
    expect(group.withRole(before, "@c:x", "admin").users).toEqual({ "@a:x": 100, "@b:x": 50, "@c:x": 50 });
    expect(group.withRole(before, "@b:x", "member")).toEqual({ users: { "@a:x": 100 }, ban: 50 });
  });
});

describe("settings", () => {
  it("say back what was chosen", () => {
    for (const who of ["all", "admins"] as const) {
      expect(group.whoSends(group.withSenders({}, who))).toBe(who);
      expect(group.whoInvites(group.withInviters({}, who))).toBe(who);
    }
    expect(group.withSenders({ events: { "m.room.name": 50 } }, "admins").events).toEqual({
      "m.room.name": 50,
      "m.reaction": 0,
      // Who has written something before may take it back.
      "m.room.redaction": 0,
      // Who may not write may not call.
      "org.matrix.msc3401.call.member": 50,
    });
  });

  it("understand what other clients set", () => {
    expect(["public", "knock", "knock_restricted", "restricted", undefined].map(group.entryOf)).toEqual([
      "public",
      "knock",
      "knock",
      "restricted",
      "invite",
    ]);
    expect(["joined", "invited", "world_readable", undefined].map(group.historyOf)).toEqual([
      "joined",
      "invited",
      "world_readable",
      "shared",
    ]);
  });
});
