import type { MatrixClient } from "matrix-js-sdk";
import type { VerificationRequest } from "matrix-js-sdk/lib/crypto-api";
import { expect, it, vi } from "vitest";
import { isAnsweredElsewhere, isToBeAsked } from "./inChat";

const partner = vi.hoisted(() => ({ is: "@bob:courtyard.test" as string | null }));
vi.mock("../contacts/people", () => ({ partnerIn: () => partner.is }));

const [ME, BOB] = ["@alice:courtyard.test", "@bob:courtyard.test"] as const;
const MINUTE_MS = 60_000;

interface Case {
  readonly ageMs?: number;
  readonly ignored?: readonly string[];
  readonly partner?: string | null;
  /** The type of what followed it, and what that is about. */
  readonly after?: readonly (readonly [type: string, about: string])[];
  /** Whose, from the device TABLET. */
  readonly by?: string;
  /** The device here. */
  readonly device?: string;
  readonly request?: Partial<VerificationRequest>;
}

function told({
  ageMs = MINUTE_MS,
  ignored = [],
  partner: is = BOB,
  after = [],
  by = BOB,
  device = "PHONE",
  request = {},
}: Case) {
  partner.is = is;
  const events = after.map(([type, about]) => ({
    getType: () => type,
    getRelation: () => ({ event_id: about }),
    getSender: () => by,
    getContent: () => ({ from_device: "TABLET" }),
  }));
  const room = {
    roomId: "!chat",
    findEventById: (id: string) => (id === "$asked" ? { getLocalAge: () => ageMs } : undefined),
    getLiveTimeline: () => ({ getEvents: () => events }),
  };
  const client = {
    getRoom: (id?: string) => (id === "!chat" ? room : null),
    getUserId: () => ME,
    getDeviceId: () => device,
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
  return [client as unknown as MatrixClient, asked as unknown as VerificationRequest] as const;
}

const asks = (one: Case) => isToBeAsked(...told(one));

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

it.each<[boolean, string, Case]>([
  [true, "took it up", { by: ME, after: [["m.key.verification.ready", "$asked"]] }],
  [true, "declined it", { by: ME, after: [["m.key.verification.cancel", "$asked"]] }],
  [false, "is this one", { by: ME, device: "TABLET", after: [["m.key.verification.ready", "$asked"]] }],
  [false, "took up another one", { by: ME, after: [["m.key.verification.ready", "$other"]] }],
  [false, "is somebody else's", { after: [["m.key.verification.cancel", "$asked"]] }],
  [
    false,
    "only sees what one asked",
    { by: ME, after: [["m.key.verification.ready", "$asked"]], request: { initiatedByMe: true } },
  ],
])("says that it was answered elsewhere: %s where a device %s", (isElsewhere, _, one) => {
  expect(isAnsweredElsewhere(...told(one))).toBe(isElsewhere);
});
