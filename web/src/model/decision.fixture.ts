/** A decision, for tests. */
import type { Decision } from "../protocol/conduct";

export function decisionWith(
  part: Partial<Decision> & Pick<Decision, "measures" | "appeal_until">,
): Decision {
  return {
    id: "d_1",
    rule: "R3.1",
    rules_version: 1,
    ground: "incompatible",
    legal_ground: "",
    automated_decision: "not",
    severe: false,
    conduct_at: 0,
    issued_at: 0,
    appeals: [],
    ...part,
  };
}
