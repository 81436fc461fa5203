/** What stands in a QR code or behind a shared link: the address of a page of this server, which every phone's camera opens. Pure.
 *
 *  `matrix:` addresses and the older `matrix.to` are understood as well: other Matrix clients write them. spec: appendices#uris
 */

export type Target =
  | { readonly kind: "person"; readonly userId: string }
  | { readonly kind: "room"; readonly roomId: string; readonly via: readonly string[] };

/** Return the address of a person, for everybody who can reach this server. */
export function personLink(origin: string, userId: string): string {
  return `${origin}${pageOf({ kind: "person", userId })}`;
}

/** Return the address of a room. `via` names servers that know it: the id alone says nothing of where it is. */
export function roomLink(origin: string, roomId: string, via: readonly string[]): string {
  return `${origin}${pageOf({ kind: "room", roomId, via })}`;
}

/** Return the page of this client (`shell/routes.tsx`) that shows a person or a room. */
export function pageOf(target: Target): string {
  if (target.kind === "person") return `/contacts/${escaped(target.userId)}`;
  const via = target.via.map((server) => `via=${encodeURIComponent(server)}`).join("&");
  return `/contacts/join/${escaped(target.roomId)}${via && `?${via}`}`;
}

/** Return whom or what an address names; null when it is none. `origin`: of this server. The pages of any other are an outside link. */
export function targetOf(text: string, origin: string): Target | null {
  return uriTarget(text) ?? pageTarget(text, (url) => url.origin === origin);
}

/** Return whom or what a scanned code names. It may show the page of another server: the id in it is whole, and one's own server is asked. */
export function scannedTarget(text: string, origin: string): Target | null {
  return targetOf(text, origin) ?? pageTarget(text, (url) => url.protocol === "https:");
}

/** Return whom or what an address names that is good on every server. */
export function uriTarget(text: string): Target | null {
  const uri = /^matrix:(u|roomid|r)\/([^?#/]+)(?:\?([^#]*))?/i.exec(text.trim());
  if (uri) return target(`${SIGILS[(uri[1] ?? "").toLowerCase()]}${unescaped(uri[2] ?? "")}`, uri[3]);
  const older = /^https:\/\/matrix\.to\/#\/([^?/]+)(?:\?(.*))?$/i.exec(text.trim());
  return older ? target(unescaped(older[1] ?? ""), older[2]) : null;
}

const VIA_MAX = 5;

/** Return the servers that an address says know a room. */
export function viaOf(query: string | undefined): string[] {
  return new URLSearchParams(query).getAll("via").slice(0, VIA_MAX);
}

const SIGILS: Record<string, string> = { u: "@", roomid: "!", r: "#" };

const PAGE = /^\/contacts\/(join\/)?([^/]+)$/;

function pageTarget(text: string, isMeant: (url: URL) => boolean): Target | null {
  const address = text.trim();
  // A browser drops some of these signs and reads others as a slash: what one sees would not be where it leads.
  if (!/^https?:\/\/[^\s\\]+$/i.test(address) || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (!isMeant(url) || url.username !== "" || url.password !== "") return null;
  const [, join, id] = PAGE.exec(url.pathname) ?? [];
  const found = id === undefined ? null : target(unescaped(id), url.search);
  return found?.kind === (join === undefined ? "person" : "room") ? found : null;
}

/** What a user id may hold. A name has no colon; a letter of another script could look like somebody else. */
const USER_ID = /^@[\x21-\x39\x3B-\x7E]+:[\x21-\x7E]+$/;

function target(id: string, query: string | undefined): Target | null {
  // The address of a page is decoded more than once on its way: a percent sign would come out as another id, or break it.
  if (id.includes("%")) return null;
  if (USER_ID.test(id)) return { kind: "person", userId: id };
  if (!/^(![\w-]+(:.+)?|#[^:]+:.+)$/.test(id)) return null;
  return { kind: "room", roomId: id, via: viaOf(query) };
}

/** A colon and an @ need no escape there, and the code gets smaller without. */
function escaped(id: string): string {
  return encodeURIComponent(id).replaceAll("%3A", ":").replaceAll("%40", "@");
}

/** Decode a part of an address. Anybody may write one that does not come apart: that stays as it is. */
export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
