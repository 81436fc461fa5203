/** A map that is never changed: what is added makes another one, and both share nearly all of it. Pure. */

/** So many of the newest entries are copied when one is added; beyond, all are copied once. */
const RECENT_MAX = 2_048;

/** Values are never undefined. What was there is never taken out. */
export class SharedMap<V extends NonNullable<unknown>> {
  private constructor(
    private readonly base: ReadonlyMap<string, V>,
    /** What was added since, and what counts in the place of what is in `base`. */
    private readonly recent: ReadonlyMap<string, V>,
    private readonly recentMax: number,
  ) {}

  static empty<V extends NonNullable<unknown>>(recentMax = RECENT_MAX): SharedMap<V> {
    return new SharedMap<V>(new Map(), new Map(), recentMax);
  }

  get(key: string): V | undefined {
    return this.recent.get(key) ?? this.base.get(key);
  }

  has(key: string): boolean {
    return this.recent.has(key) || this.base.has(key);
  }

  /** Every entry once, in no order that means something. */
  *entries(): Iterable<readonly [string, V]> {
    yield* this.recent;
    for (const entry of this.base) if (!this.recent.has(entry[0])) yield entry;
  }

  /** Return a map with more in it; of what is there already the new value counts. */
  with(added: ReadonlyMap<string, V>): SharedMap<V> {
    if (added.size === 0) return this;
    const isMuch = this.recent.size + added.size > this.recentMax;
    if (!isMuch) return new SharedMap(this.base, union(this.recent, added), this.recentMax);
    const all = union(union(this.base, this.recent), added);
    return new SharedMap<V>(all, new Map(), this.recentMax);
  }

  /** Return the keys of which two maps say different things; null: they share too little to tell that without looking at all. */
  differencesFrom(other: SharedMap<V>): ReadonlySet<string> | null {
    if (this.base !== other.base) return null;
    const keys = new Set<string>();
    for (const recent of this.recent === other.recent ? [] : [this.recent, other.recent])
      for (const key of recent.keys()) if (this.get(key) !== other.get(key)) keys.add(key);
    return keys;
  }
}

function union<V>(one: ReadonlyMap<string, V>, other: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  const all = new Map(one);
  for (const [key, value] of other) all.set(key, value);
  return all;
}
