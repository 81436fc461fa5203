import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callKey, callLine, endingOf, isBad, isVideo, phaseOf } from "./call";
import { clockOf } from "./clock";
import { rowsOf } from "./rowsOf";
import { saidOf } from "./said";
import { type Fact, initial } from "./timeline";

const ME = "@me:here";
const YOU = "@you:here";
const invite = (sender: string, more = {}): Fact => fact("m.call.invite", sender, 0, more);
const step = (type: string, sender: string, at: number, more = {}) =>
  fact(`m.call.${type}`, sender, at, more);

function fact(type: string, sender: string, at: number, more: object): Fact {
  const id = `$${type}${sender}${at}`;
  const about = type === "m.call.invite" ? {} : { about: { kind: "reference" as const, id: "call 1" } };
  return { id, key: id, sender, at, type, content: { call_id: "1", ...more }, ...about };
}

describe("what a call leaves", () => {
  it.each([
    ["talked", [step("answer", YOU, 9_000), step("hangup", ME, 201_000)], "talked", "talked"],
    ["cancelled", [step("hangup", ME, 5_000)], "cancelled", "missed"],
    ["no answer", [step("hangup", ME, 60_000, { reason: "invite_timeout" })], "unanswered", "missed"],
    ["declined", [step("reject", YOU, 4_000)], "declined", "declined"],
    ["busy", [step("reject", YOU, 4_000, { reason: "user_busy" })], "busy", "missed"],
    ["under way", [step("answer", YOU, 4_000)], "open", "open"],
    // Whoever calls cannot answer or decline for the other.
    ["forged", [step("answer", ME, 4_000), step("reject", ME, 5_000)], "unanswered", "missed"],
    ["nothing heard any more", [], "unanswered", "missed"],
  ] as const)("%s", (_, steps, mine, theirs) => {
    expect(callLine(invite(ME), steps, ME, 99_000).kind).toBe(mine);
    expect(callLine(invite(ME), steps, YOU, 99_000).kind).toBe(theirs);
  });

  it("says how long it was", () => {
    const steps = [step("answer", YOU, 9_000), step("hangup", ME, 201_000)];
    expect(callLine(invite(ME), steps, ME, 0).seconds).toBe(192);
    expect(callLine(invite(ME), [step("answer", YOU, 9_000), step("hangup", ME, 1_000)], ME, 0).seconds).toBe(
      0,
    );
  });

  it("is nothing for the one of two calls that gave way", () => {
    const given = [invite(ME), step("hangup", ME, 100, { reason: "replaced" })];
    expect(rowsOf(initial(given), { me: ME, readUpTo: null }).map(({ kind }) => kind)).toEqual([]);
    const kept = [invite(YOU), step("answer", ME, 300), step("hangup", YOU, 900)];
    expect(rowsOf(initial(kept), { me: ME, readUpTo: null }).map(({ kind }) => kind)).toEqual([
      "day",
      "said",
    ]);
  });

  it("is not what came open where the call was encrypted: that, a server can have written", () => {
    const kindOf = (...facts: Fact[]) => {
      const said = saidOf(initial(facts), facts[0]?.id ?? "", ME);
      return said === null ? null : callLine(said, said.references, ME, 99_000).kind;
    };
    const sealed = { isEncrypted: true };
    const begun = { ...invite(YOU), ...sealed };
    const answer = step("answer", ME, 300);
    const forged = [
      answer,
      { ...step("reject", ME, 400), about: { kind: "reference" as const, id: begun.id } },
    ];
    expect(kindOf(begun, ...forged)).toBe("missed");
    expect(kindOf(begun, { ...answer, ...sealed }, ...forged)).toBe("open");
    expect(kindOf(begun, { ...answer, sending: "sending" })).toBe("open");
    expect(kindOf(invite(YOU), answer)).toBe("open");
    const given = step("hangup", YOU, 100, { reason: "replaced" });
    expect(rowsOf(initial([begun, given]), { me: ME, readUpTo: null })).toHaveLength(2);
    expect(rowsOf(initial([begun, { ...given, ...sealed }]), { me: ME, readUpTo: null })).toEqual([]);
  });

  it("bears whatever another client wrote", () => {
    const content = fc.dictionary(
      fc.constantFrom("call_id", "offer", "reason", "lifetime", "invitee"),
      fc.anything(),
    );
    fc.assert(
      fc.property(content, content, (first, second) => {
        const call = { ...invite(YOU), content: first };
        const steps = [{ ...step("hangup", YOU, Number.NaN), content: second }];
        const { seconds } = callLine(call, steps, ME, 0);
        expect(seconds).toBe(0);
        callKey(first);
        isVideo(first);
      }),
    );
  });

  it("is found by its name", () => {
    expect(callKey({ call_id: "a" })).toBe("call a");
    for (const bad of [undefined, 7, "", "a".repeat(256), {}]) expect(callKey({ call_id: bad })).toBeNull();
  });

  it("is with a picture when one is offered", () => {
    expect(isVideo({ offer: { sdp: "v=0\r\nm=audio 9\r\nm=video 9 UDP\r\n" } })).toBe(true);
    expect(isVideo({ offer: { sdp: "v=0\r\nm=audio 9\r\na=m=video 9\r\n" } })).toBe(false);
  });
});

describe("a call", () => {
  it.each([
    ["wait_local_media", true, false, "asking"],
    ["create_offer", true, false, "asking"],
    ["invite_sent", true, false, "calling"],
    ["ringing", false, false, "ringing"],
    ["create_answer", false, false, "connecting"],
    ["ringing", true, false, "connecting"],
    ["create_answer", true, false, "connecting"],
    ["connecting", true, false, "connecting"],
    ["connecting", true, true, "reconnecting"],
    ["connected", false, true, "talking"],
    ["ended", false, true, "over"],
  ] as const)("in the state %s", (state, isOut, wasConnected, phase) => {
    expect(phaseOf(state, isOut, wasConnected)).toBe(phase);
  });

  it.each([
    ["user_hangup", false, true, false, "declined"],
    [undefined, false, true, false, "declined"],
    ["user_hangup", false, true, true, null],
    ["user_hangup", true, true, false, null],
    ["user_hangup", false, false, false, null],
    ["user_busy", false, true, false, "busy"],
    ["user_busy", false, false, false, null],
    ["invite_timeout", true, true, false, "unanswered"],
    ["invite_timeout", false, false, false, null],
    ["ice_failed", true, false, true, "lost"],
    ["ice_failed", false, false, false, "failed"],
    ["answered_elsewhere", false, false, false, null],
    ["send_invite", true, true, false, "failed"],
    ["signalling_timeout", true, false, false, "failed"],
    ["signalling_timeout", true, true, true, "lost"],
    ["something of theirs", false, true, true, null],
    ["something of theirs", false, true, false, "failed"],
  ] as const)("ended with %s", (reason, isByMe, isOut, wasConnected, ending) => {
    expect(endingOf({ reason, isByMe, isOut, wasConnected })).toBe(ending);
  });

  it("shows its length as clocks do", () => {
    expect([0, 7.9, 192, 3605].map(clockOf)).toEqual(["0:00", "0:07", "3:12", "1:00:05"]);
  });

  it("is bad when nothing or little comes", () => {
    const before = { packets: 100, lost: 0 };
    expect(isBad(before, { packets: 200, lost: 2 })).toBe(false);
    expect(isBad(before, { packets: 100, lost: 0 })).toBe(true);
    expect(isBad(before, { packets: 150, lost: 20 })).toBe(true);
    // The other side began to count anew.
    expect(isBad({ packets: 100, lost: 9 }, { packets: 200, lost: 0 })).toBe(false);
  });
});
