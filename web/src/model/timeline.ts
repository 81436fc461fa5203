/** A conversation as this device knows it. Pure: events in, what is to be seen out. */

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
  readonly facts: ReadonlyMap<string, Fact>;
  /** Edits, reactions and answers to polls, in order, by what they are about. It may not be loaded yet. */
  readonly about: ReadonlyMap<string, readonly string[]>;
  /** What was taken away, by the redaction that did it. */
  readonly removed: ReadonlyMap<string, string>;
}

/** What one answer of the server adds. */
export interface Delta {
  readonly older?: readonly Fact[];
  readonly newer?: readonly Fact[];
  /** Facts that are known already and are now known better: a key came, a redaction took the content. */
  readonly changed?: readonly Fact[];
}

export const NOTHING: Timeline = { order: [], facts: new Map(), about: new Map(), removed: new Map() };

/** Return the timeline of events that are all there at once. */
export function initial(facts: readonly Fact[]): Timeline {
  return applySync(NOTHING, { newer: facts });
}

/** Fold one answer of the server into the timeline.
 *
 *  Law, tested: applySync(initial(t0), delta(t0, t1)) equals initial(t1).
 */
export function applySync(timeline: Timeline, delta: Delta): Timeline {
  const facts = new Map(timeline.facts);
  const older = fresh(delta.older, facts);
  const newer = fresh(delta.newer, facts);
  const found: Fact[] = [];
  for (const fact of delta.changed ?? []) {
    const known = facts.get(fact.id);
    if (known === undefined) continue;
    // A redaction takes away what the event was about, too: that stays known here.
    facts.set(fact.id, known.about === undefined ? fact : { ...fact, about: known.about });
    // What a part of a call belongs to stands inside of what is encrypted.
    if (known.about === undefined && fact.about !== undefined) found.push(fact);
  }
  const order = [...older.map(idOf), ...timeline.order, ...newer.map(idOf)];
  return {
    order,
    facts,
    about: insert(relate(timeline.about, older, newer), found, order),
    removed: remove(timeline.removed, older, newer),
  };
}

const idOf = (fact: Fact) => fact.id;

/** Take in what is not known yet. The server may say a thing twice. */
function fresh(said: readonly Fact[] | undefined, facts: Map<string, Fact>): readonly Fact[] {
  const taken: Fact[] = [];
  for (const fact of said ?? []) {
    if (facts.has(fact.id)) continue;
    facts.set(fact.id, fact);
    taken.push(fact);
  }
  return taken;
}

function relate(known: Timeline["about"], older: readonly Fact[], newer: readonly Fact[]): Timeline["about"] {
  const before = byTarget(older);
  const after = byTarget(newer);
  if (before.size === 0 && after.size === 0) return known;
  const about = new Map(known);
  for (const [id, ids] of before) about.set(id, [...ids, ...(about.get(id) ?? [])]);
  for (const [id, ids] of after) about.set(id, [...(about.get(id) ?? []), ...ids]);
  return about;
}

/** Put what became readable only now in its place among what is about the same thing. */
function insert(
  known: Timeline["about"],
  found: readonly Fact[],
  order: readonly string[],
): Timeline["about"] {
  if (found.length === 0) return known;
  const places = new Map(order.map((id, place) => [id, place]));
  const placeOf = (id: string) => places.get(id) ?? 0;
  const about = new Map(known);
  for (const [target, ids] of byTarget(found)) {
    const all = new Set([...(about.get(target) ?? []), ...ids]);
    about.set(
      target,
      [...all].sort((a, b) => placeOf(a) - placeOf(b)),
    );
  }
  return about;
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
  if (![...older, ...newer].some((fact) => fact.redacts !== undefined)) return known;
  const removed = new Map<string, string>();
  for (const { id, redacts } of older)
    if (redacts !== undefined && !removed.has(redacts)) removed.set(redacts, id);
  for (const [target, id] of known) if (!removed.has(target)) removed.set(target, id);
  for (const { id, redacts } of newer)
    if (redacts !== undefined && !removed.has(redacts)) removed.set(redacts, id);
  return removed;
}
