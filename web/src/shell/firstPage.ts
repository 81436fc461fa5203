/** The first page inside, and where it leads on to: who opens an address of ours and has to sign in first gets there in the end.
 *
 *  It goes along in that page's own address, so that loading it anew loses nothing.
 */
import { isInPlace } from "./places";

/** How somebody came in: with a new account, or with the one they have. */
export type Way = "up" | "in";

const KEYS = "/me/recovery";
/** Nobody writes longer ones. */
const LENGTH_MAX = 2_000;

/** Return the address of the keys, which come first: a new account gets them there, a new device needs them. `opened`: what stood there. */
export function firstPage(way: Way, opened: string): string {
  const then = ownPage(opened);
  return `${KEYS}?first=${way}${then === null ? "" : `&then=${encodeURIComponent(then)}`}`;
}

/** Return where the keys lead on to, by the query of their address. Anybody can write that: it leads to no page but ours. */
export function leadsOnTo(query: string): string {
  return ownPage(new URLSearchParams(query).get("then") ?? "") ?? "/chats";
}

function ownPage(address: string): string | null {
  const { origin } = location;
  if (address.length > LENGTH_MAX || !URL.canParse(address, origin)) return null;
  const url = new URL(address, origin);
  if (url.origin !== origin || !isInPlace(url.pathname) || url.pathname === KEYS) return null;
  return `${url.pathname}${url.search}${url.hash}`;
}
