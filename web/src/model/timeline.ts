/** A conversation as this device knows it. Pure: events in, what is to be seen out. */
import { SharedMap } from "./sharedMap";

export type Content = Readonly<Record<string, unknown>>;

/** What an event is about, when it says nothing by itself. */
export interface About {
  readonly kind: "edit" | "reaction" | "reference";
  readonly id: string;
}

/** One event, in the clear as far as this device can read it. */
export interface Fact {
  readonly id: string;
  /** Stays the same from the moment it is written until it comes back from the server. */
  readonly key: string;
  readonly sender: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly type: string;
  readonly content: Content;
  readonly stateKey?: string;
  /** Of a state event: what was there before. */
  readonly before?: Content;
  readonly about?: About;
  /** The event that this one takes away. */
  readonly redacts?: string;
  /** The server gave it without its content. */
  readonly isRemoved?: boolean;
  /** Why this device cannot read it. */
  readonly unreadable?: string;
  /** It came encrypted: no server can have written it. */
  readonly isEncrypted?: boolean;
  /** Said in the open, in a conversation that is encrypted. */
  readonly isOpen?: boolean;
  /** It is on its way (or waits, or failed); absent: the server has it. */
  readonly sending?: Sending;
  /** What the server said of what it did not take. */
  readonly refusal?: unknown;
  /** Of the first message of a thread: what follows in it. */
  readonly thread?: { readonly count: number };
}

/** `waiting`: until there is a connection again. `failed`: the server did not take it. */
export type Sending = "sending" | "waiting" | "failed";

export interface Timeline {
  /** Every fact's id, the oldest first. */
  readonly order: readonly string[];
  readonly facts: SharedMap<Fact>;
  /** Edits, reactions and answers to polls, in order, by what they are about. It may not be loaded yet. */
  readonly about: SharedMap<readonly string[]>;
  /** What was taken away, by the redaction that did it. */
  readonly removed: SharedMap<string>;
}

/** What one answer of the server adds. */
export interface Delta {
  readonly older?: readonly Fact[];
  readonly newer?: readonly Fact[];
  /** Facts that are known already and are now known better: a key came, a redaction took the content. */
  readonly changed?: readonly Fact[];
}

export const NOTHING: Timeline = {
  order: [],
  facts: SharedMap.empty(),
  about: SharedMap.empty(),
  removed: SharedMap.empty(),
};

/** Return the timeline of events that are all there at once. */
export function initial(facts: readonly Fact[]): Timeline {
  return applySync(NOTHING, { newer: facts });
}

/** Fold one answer of the server into the timeline.
 *
 *  Law, tested: applySync(initial(t0), delta(t0, t1)) equals initial(t1).
 */
export function applySync(timeline: Timeline, delta: Delta): Timeline {
  const added = new Map<string, Fact>();
  const older = fresh(delta.older, timeline, added);
  const newer = fresh(delta.newer, timeline, added);
  const found: Fact[] = [];
  for (const fact of delta.changed ?? []) {
    const known = added.get(fact.id) ?? timeline.facts.get(fact.id);
    if (known === undefined) continue;
    // A redaction takes away what the event was about, too: that stays known here.
    added.set(fact.id, known.about === undefined ? fact : { ...fact, about: known.about });
    // What a part of a call belongs to stands inside of what is encrypted.
    if (known.about === undefined && fact.about !== undefined) found.push(fact);
  }
  const order = older.map(idOf).concat(timeline.order, newer.map(idOf));
  return {
    order,
    facts: timeline.facts.with(added),
    about: insert(relate(timeline.about, older, newer), found, order),
    removed: remove(timeline.removed, older, newer),
  };
}

const idOf = (fact: Fact) => fact.id;

/** Take in what is not known yet. The server may say a thing twice. */
function fresh(said: readonly Fact[] | undefined, timeline: Timeline, added: Map<string, Fact>): Fact[] {
  const taken: Fact[] = [];
  for (const fact of said ?? []) {
    if (added.has(fact.id) || timeline.facts.has(fact.id)) continue;
    added.set(fact.id, fact);
    taken.push(fact);
  }
  return taken;
}

function relate(known: Timeline["about"], older: readonly Fact[], newer: readonly Fact[]): Timeline["about"] {
  const about = new Map<string, readonly string[]>();
  const now = (id: string) => about.get(id) ?? known.get(id) ?? [];
  for (const [id, ids] of byTarget(older)) about.set(id, [...ids, ...now(id)]);
  for (const [id, ids] of byTarget(newer)) about.set(id, [...now(id), ...ids]);
  return known.with(about);
}

/** Put what became readable only now in its place among what is about the same thing. */
function insert(
  known: Timeline["about"],
  found: readonly Fact[],
  order: readonly string[],
): Timeline["about"] {
  const grown = [...byTarget(found)].map(
    ([target, ids]) => [target, new Set([...(known.get(target) ?? []), ...ids])] as const,
  );
  if (grown.length === 0) return known;
  const places = placesOf(new Set(grown.flatMap(([, ids]) => [...ids])), order);
  const placeOf = (id: string) => places.get(id) ?? 0;
  return known.with(
    new Map(grown.map(([target, ids]) => [target, [...ids].sort((a, b) => placeOf(a) - placeOf(b))])),
  );
}

function placesOf(ids: ReadonlySet<string>, order: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [place, id] of order.entries()) if (ids.has(id)) places.set(id, place);
  return places;
}

function byTarget(facts: readonly Fact[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { id, about } of facts) {
    if (about === undefined) continue;
    const ids = found.get(about.id);
    if (ids === undefined) found.set(about.id, [id]);
    else ids.push(id);
  }
  return found;
}

/** The first redaction in order is the one that counts. */
function remove(
  known: Timeline["removed"],
  older: readonly Fact[],
  newer: readonly Fact[],
): Timeline["removed"] {
  const removed = new Map<string, string>();
  for (const { id, redacts } of older)
    if (redacts !== undefined && !removed.has(redacts)) removed.set(redacts, id);
  for (const { id, redacts } of newer)
    if (redacts !== undefined && !removed.has(redacts) && !known.has(redacts)) removed.set(redacts, id);
  return known.with(removed);
}
