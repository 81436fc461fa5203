/** A decision and a measure, for tests. */
import type { Decision, Measure } from "../protocol/conduct";

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

/** Return a measure of which nothing was given back, unless told otherwise. */
export function measureWith(part: Partial<Measure>): Measure {
  const { capabilities = ["feed.like"], ends_at = 7_200_000 } = part;
  return {
    type: "feature",
    state: "active",
    starts_at: 0,
    capabilities,
    ends_at,
    remaining: Object.fromEntries(capabilities.map((one) => [one, ends_at])),
    ...part,
  };
}
