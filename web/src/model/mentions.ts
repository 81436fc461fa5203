/** Who is meant by an "@" that is being written. Pure. */
import { fieldsOf } from "./fields";
import type { Named } from "./text";

/** Stands in the place of a user name for everybody in a room at once. spec: client-server-api#user-and-room-mentions */
export const EVERYBODY = "@room";

export interface Asked {
  /** Where the "@" stands. */
  readonly from: number;
  readonly query: string;
}

const QUERY_LENGTH_MAX = 30;

/** Return what stands after the "@" before the cursor, or null when no name is being written.
 *
 *  Chinese is written without spaces: an "@" begins a name after any letter but those that an address has before it.
 */
export function askedAt(text: string, cursor: number): Asked | null {
  const before = text.slice(0, cursor);
  const from = before.lastIndexOf("@");
  if (from === -1 || /[a-z0-9._-]$/i.test(before.slice(0, from))) return null;
  const query = before.slice(from + 1);
  return query.length > QUERY_LENGTH_MAX || /\s/.test(query) ? null : { from, query };
}

const SHOWN_MAX = 6;

/** Return those who fit, whose names begin with what is written first. */
export function fitting(people: readonly Named[], query: string): Named[] {
  const wanted = plain(query);
  const ranked = people.flatMap((person) => {
    const place = Math.min(at(plain(person.name), wanted), at(plain(person.userId.slice(1)), wanted));
    return place === Number.POSITIVE_INFINITY ? [] : [{ person, place }];
  });
  ranked.sort((a, b) => a.place - b.place || a.person.name.localeCompare(b.person.name));
  return ranked.slice(0, SHOWN_MAX).map(({ person }) => person);
}

function at(text: string, wanted: string): number {
  const place = text.indexOf(wanted);
  return place === -1 ? Number.POSITIVE_INFINITY : Math.min(place, 1);
}

/** Return a text as it is compared: small and large letters, accents and wide forms are the same. */
export function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}

/** Put a chosen name in the place of what was written for it. */
export function chosen(
  text: string,
  cursor: number,
  asked: Asked,
  name: string,
): { text: string; cursor: number } {
  const before = `${text.slice(0, asked.from)}@${name} `;
  return { text: before + text.slice(cursor).replace(/^ /, ""), cursor: before.length };
}

const MENTIONS_MAX = 100;

/** Return whom a message says that it speaks to (`m.mentions`); another client wrote it. spec: client-server-api#user-and-room-mentions */
export function spokenTo(mentions: unknown): { readonly ids: readonly string[]; readonly room: boolean } {
  const { user_ids: ids, room } = fieldsOf(mentions);
  const known = Array.isArray(ids) ? ids.filter((id): id is string => typeof id === "string") : [];
  return { ids: known.slice(0, MENTIONS_MAX), room: room === true };
}

/** Return those whom a text names, out of those whom it speaks to: by any of the names that they have. */
export function namedIn(text: string, mentions: unknown, people: readonly Named[]): Named[] {
  const { ids, room } = spokenTo(mentions);
  const meant = new Set(room ? [...ids, EVERYBODY] : ids);
  return stillNamed(
    text,
    people.filter(({ userId }) => meant.has(userId)),
  );
}

/** Return those chosen whom a text still names. "@Ann Lee" names no Ann; of those who are called the same, it names as many as their name stands
 *  there, the ones that were chosen last.
 */
export function stillNamed(text: string, chosen: readonly Named[]): Named[] {
  const names = [...new Set(chosen.map(({ name }) => name))].sort((a, b) => b.length - a.length);
  const left = new Map<string, number>();
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at)) {
    at += 1;
    const name = names.find((one) => one !== "" && text.startsWith(one, at));
    if (name === undefined) continue;
    left.set(name, (left.get(name) ?? 0) + 1);
    at += name.length;
  }
  const found: Named[] = [];
  for (const person of [...chosen].reverse()) {
    const { userId, name } = person;
    const count = left.get(name) ?? 0;
    if (count === 0 || found.some((one) => one.userId === userId && one.name === name)) continue;
    left.set(name, count - 1);
    found.unshift(person);
  }
  return found;
}
