import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { askEarly, endEarly, withEarly } from "./early";

const session = { userId: "@ann:here", deviceId: "D", accessToken: "secret" };
const as = (token: string) => ({ method: "GET", headers: { Authorization: `Bearer ${token}` } });
const ORIGIN = "https://here.example";
const PUSHRULES = `${ORIGIN}/_matrix/client/v3/pushrules/`;
const SYNC = `${ORIGIN}/_matrix/client/v3/sync?filter=${encodeURIComponent(
  '{"room":{"timeline":{"unread_thread_notifications":true,"limit":20},"state":{"lazy_load_members":true}}}',
)}&timeout=0&org.matrix.msc4222.use_state_after=true&set_presence=offline&_cacheBuster=17`;

let status = 200;

beforeEach(() => {
  status = 200;
  vi.stubGlobal("location", { origin: ORIGIN });
  vi.stubGlobal("localStorage", { getItem: () => null });
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response("early", { status })),
  );
});
afterEach(() => {
  endEarly();
  vi.unstubAllGlobals();
});

const asked = () => withEarly(async () => new Response("anew"));
const text = async (answer: Promise<Response>) => (await answer).text();

describe("what was asked early", () => {
  it("is given once, and asked anew from then on", async () => {
    askEarly(session, false);
    expect(await text(asked()(PUSHRULES, as("secret")))).toBe("early");
    expect(await text(asked()(PUSHRULES, as("secret")))).toBe("anew");
  });

  it("is the first sync of a new session, whatever the SDK adds to get past caches", async () => {
    askEarly(session, true);
    expect(await text(asked()(SYNC, as("secret")))).toBe("early");
  });

  it("is never a sync that goes on, and never another one's", async () => {
    askEarly(session, true);
    expect(await text(asked()(`${SYNC}&since=s1`, as("secret")))).toBe("anew");
    expect(await text(asked()(SYNC, as("other")))).toBe("anew");
    expect(await text(asked()(SYNC, { ...as("secret"), method: "POST" }))).toBe("anew");
  });

  it("is asked anew when it was refused, or when nobody came for it", async () => {
    status = 401;
    askEarly(session, false);
    expect(await text(asked()(PUSHRULES, as("secret")))).toBe("anew");
    status = 200;
    askEarly(session, false);
    endEarly();
    expect(await text(asked()(PUSHRULES, as("secret")))).toBe("anew");
  });
});
