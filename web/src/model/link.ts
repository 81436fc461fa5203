/** What stands in a QR code or behind a shared link: `matrix:` addresses. Pure.
 *
 *  spec: appendices#uris. Every Matrix client understands them, so a code of ours is good elsewhere too.
 */

export type Target =
  | { readonly kind: "person"; readonly userId: string }
  | { readonly kind: "room"; readonly roomId: string; readonly via: readonly string[] };

/** Return the address of a person. */
export function personLink(userId: string): string {
  return `matrix:u/${escaped(userId.slice(1))}`;
}

/** Return the address of a room. `via` names servers that know it: the id alone says nothing of where it is. */
export function roomLink(roomId: string, via: readonly string[]): string {
  const asked = via.map((server) => `via=${encodeURIComponent(server)}`).join("&");
  return `matrix:roomid/${escaped(roomId.slice(1))}${asked && `?${asked}`}`;
}

/** Return whom or what an address names; null when it is none. The older form, matrix.to, is understood too. */
export function targetOf(text: string): Target | null {
  const uri = /^matrix:(u|roomid|r)\/([^?#/]+)(?:\?([^#]*))?/i.exec(text.trim());
  if (uri) return target(`${SIGILS[(uri[1] ?? "").toLowerCase()]}${unescaped(uri[2] ?? "")}`, uri[3]);
  const older = /^https:\/\/matrix\.to\/#\/([^?/]+)(?:\?(.*))?$/i.exec(text.trim());
  return older ? target(unescaped(older[1] ?? ""), older[2]) : null;
}

const SIGILS: Record<string, string> = { u: "@", roomid: "!", r: "#" };

/** What a user id may hold. A name has no colon; a letter of another script could look like somebody else. */
const USER_ID = /^@[\x21-\x39\x3B-\x7E]+:[\x21-\x7E]+$/;

function target(id: string, query: string | undefined): Target | null {
  // The address of a page is decoded more than once on its way: a percent sign would come out as another id, or break it.
  if (id.includes("%")) return null;
  if (USER_ID.test(id)) return { kind: "person", userId: id };
  if (!/^(![\w-]+(:.+)?|#[^:]+:.+)$/.test(id)) return null;
  return { kind: "room", roomId: id, via: new URLSearchParams(query).getAll("via").slice(0, 5) };
}

/** A colon and an @ need no escape there, and the code gets smaller without. */
function escaped(id: string): string {
  return encodeURIComponent(id).replaceAll("%3A", ":");
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
