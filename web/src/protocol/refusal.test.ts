import { describe, expect, it } from "vitest";
import { Refused } from "./http";
import { noticing, type Refusal, refusalOf } from "./refusal";

const body = {
  errcode: "ORG.COURTYARD.RESTRICTED",
  "org.courtyard.capability": "chat.group.send",
  "org.courtyard.decision": "d_01",
  "org.courtyard.rule": "R3.1",
  "org.courtyard.ends_at": 5,
  "org.courtyard.appeal_until": 9,
};
const refusal: Refusal = {
  capability: "chat.group.send",
  decision: "d_01",
  rule: "R3.1",
  endsAt: 5,
  appealUntil: 9,
};

describe("a refusal", () => {
  it("is read from what the SDK throws and from what our asker throws", () => {
    expect(refusalOf({ httpStatus: 403, data: body })).toEqual(refusal);
    expect(refusalOf(new Refused(403, "ORG.COURTYARD.RESTRICTED", "", body))).toEqual(refusal);
  });

  it.each([null, "x", new Error(), { data: { errcode: "M_FORBIDDEN" } }, { body: null }])(
    "is no other failure: %j",
    (error) => {
      expect(refusalOf(error)).toBeNull();
    },
  );

  it("is noticed on the way, once for each refused write, and the answer stays whole", async () => {
    const seen: Refusal[] = [];
    const answers = [
      new Response(JSON.stringify(body), { status: 403 }),
      new Response(JSON.stringify(body), { status: 403 }),
      new Response("no json", { status: 403 }),
      new Response("{}", { status: 200 }),
    ];
    const asked = noticing(
      async () => answers.shift() as Response,
      (one) => seen.push(one),
    );
    expect(await (await asked("/x", { method: "PUT" })).json()).toEqual(body);
    await asked("/x");
    await asked("/x", { method: "PUT" });
    await asked("/x", { method: "PUT" });
    expect(seen).toEqual([refusal]);
  });
});
