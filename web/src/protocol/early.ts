/** What the Matrix SDK asks first, asked before the SDK is there.
 *
 *  It asks one thing after the other, and only when its code and its keys are ready: on a phone that is a second of waiting for answers
 *  that the server had long since. Here they are asked at once; when the SDK comes to them, the answer is there. Whatever it asks otherwise
 *  goes to the server as ever.
 */
import { type Session, V3 } from "./login";

/** The SDK's filter for the options in `matrix.ts`. If it ever makes another one, it asks for itself. */
const FILTER =
  '{"room":{"timeline":{"unread_thread_notifications":true},"state":{"lazy_load_members":true}}}';
const FIRST_FILTER =
  '{"room":{"timeline":{"unread_thread_notifications":true,"limit":20},"state":{"lazy_load_members":true}}}';
/** An answer older than this is none. */
const AGE_MS_MAX = 60_000;

interface Asked {
  readonly at: number;
  readonly answer: Promise<Response>;
}

const asked = new Map<string, Asked>();

/** Ask for a session that goes on, or for a new one, of which this device knows nothing yet. */
export function askEarly(session: Session, isNew: boolean): void {
  const ask = (method: string, path: string, body?: string): void => {
    const headers: Record<string, string> = { Authorization: `Bearer ${session.accessToken}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const init = { method, headers, body: body ?? null };
    const answer = fetch(path, init);
    // Whoever comes for it asks again.
    answer.catch(() => undefined);
    asked.set(keyOf(path, init), { at: Date.now(), answer });
  };
  ask("GET", "/_matrix/client/versions");
  ask("GET", `${V3}/pushrules/`);
  const filters = `${V3}/user/${encodeURIComponent(session.userId)}/filter`;
  if (isNew) {
    ask("POST", filters, FILTER);
    const query = new URLSearchParams({ filter: FIRST_FILTER, timeout: "0" });
    query.set("org.matrix.msc4222.use_state_after", "true");
    // Nobody is seen before it is known whether they want to be.
    query.set("set_presence", "offline");
    ask("GET", `${V3}/sync?${query}`);
    return;
  }
  // Where the SDK's own store keeps it.
  const filterId = localStorage.getItem(`mxjssdk_memory_filter_FILTER_SYNC_${session.userId}`);
  if (filterId !== null) ask("GET", `${filters}/${encodeURIComponent(filterId)}`);
}

/** Forget what nobody came for. */
export function endEarly(): void {
  asked.clear();
}

/** Return a `fetch` that gives what was asked early, once, and asks for everything else. */
export function withEarly(fetchIt: typeof fetch): typeof fetch {
  return async (input, init) => {
    const key = asked.size === 0 ? "" : keyOf(String(input), init);
    const early = asked.get(key);
    if (early === undefined) return fetchIt(input, init);
    asked.delete(key);
    const answer = await early.answer.catch(() => null);
    init?.signal?.throwIfAborted();
    // What went wrong is asked again, so that it goes wrong where it is expected.
    return answer?.ok && Date.now() - early.at < AGE_MS_MAX ? answer : fetchIt(input, init);
  };
}

/** Two askings are one when nothing differs but what the SDK adds to get past caches. */
function keyOf(input: string, init: RequestInit | undefined): string {
  const url = new URL(input, location.origin);
  url.searchParams.delete("_cacheBuster");
  url.searchParams.sort();
  const token = new Headers(init?.headers).get("Authorization");
  return [init?.method ?? "GET", decodeURIComponent(url.pathname), url.search, token, init?.body ?? ""].join(
    " ",
  );
}
