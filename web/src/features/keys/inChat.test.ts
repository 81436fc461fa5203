import type { MatrixClient } from "matrix-js-sdk";
import type { VerificationRequest } from "matrix-js-sdk/lib/crypto-api";
import { expect, it, vi } from "vitest";
import { isToBeAsked } from "./inChat";

const partner = vi.hoisted(() => ({ is: "@bob:courtyard.test" as string | null }));
vi.mock("../contacts/people", () => ({ partnerIn: () => partner.is }));

const BOB = "@bob:courtyard.test";
const MINUTE_MS = 60_000;

interface Case {
  readonly ageMs?: number;
  readonly ignored?: readonly string[];
  readonly partner?: string | null;
  /** The type of what followed it, and what that is about. */
  readonly after?: readonly (readonly [type: string, about: string])[];
  readonly request?: Partial<VerificationRequest>;
}

function asks({
  ageMs = MINUTE_MS,
  ignored = [],
  partner: is = BOB,
  after = [],
  request = {},
}: Case): boolean {
  partner.is = is;
  const events = after.map(([type, about]) => ({
    getType: () => type,
    getRelation: () => ({ event_id: about }),
  }));
  const room = {
    roomId: "!chat",
    findEventById: (id: string) => (id === "$asked" ? { getLocalAge: () => ageMs } : undefined),
    getLiveTimeline: () => ({ getEvents: () => events }),
  };
  const client = {
    getRoom: (id?: string) => (id === "!chat" ? room : null),
    isUserIgnored: (userId: string) => ignored.includes(userId),
  };
  const asked = {
    isSelfVerification: false,
    initiatedByMe: false,
    pending: true,
    roomId: "!chat",
    otherUserId: BOB,
    transactionId: "$asked",
    ...request,
  };
  return isToBeAsked(client as unknown as MatrixClient, asked as unknown as VerificationRequest);
}

it("asks when the other one of a chat does", () => {
  expect(asks({})).toBe(true);
  expect(asks({ ageMs: 9 * MINUTE_MS })).toBe(true);
});

it.each<[string, Case]>([
  ["by somebody whom one does not hear", { ignored: [BOB] }],
  ["more than ten minutes ago", { ageMs: 10 * MINUTE_MS + 1 }],
  ["in a group", { partner: null }],
  ["in a chat with somebody else", { partner: "@eve:courtyard.test" }],
  ["outside of any chat", { request: { roomId: undefined } }],
  ["by oneself", { request: { initiatedByMe: true } }],
  ["by one's own device", { request: { isSelfVerification: true } }],
  ["and is over", { request: { pending: false } }],
  ["and was taken back", { after: [["m.key.verification.cancel", "$asked"]] }],
  ["and was answered elsewhere", { after: [["m.key.verification.ready", "$asked"]] }],
])("does not ask what was asked %s", (_, asked) => {
  expect(asks(asked)).toBe(false);
});

it("does not take the end of another question, or a message, for the end of this one", () => {
  expect(asks({ after: [["m.key.verification.cancel", "$other"]] })).toBe(true);
  expect(asks({ after: [["m.room.message", "$asked"]] })).toBe(true);
});
