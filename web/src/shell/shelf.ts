/** Addresses of what was fetched, for as long as somebody shows it and a little longer. */

export interface Shown {
  readonly url: string | null;
  readonly state: "waiting" | "ready" | "failed";
  /** Why it failed. */
  readonly error?: unknown;
}

export const WAITING: Shown = { url: null, state: "waiting" };

type Load = (signal: AbortSignal) => Promise<Blob>;

interface Place {
  shown: Shown;
  size: number;
  stop: AbortController;
  readonly load: Load;
  readonly users: Set<() => void>;
}

interface Limits {
  /** How many that nobody shows are kept, and how many bytes they have together. */
  readonly idle: number;
  readonly bytes: number;
}

/** Each thing is fetched once, however many show it. What nobody shows any more goes when there are too many of such, the oldest first. */
export class Shelf {
  /** In the order in which they were last taken or left. */
  private readonly places = new Map<string, Place>();

  constructor(
    private readonly limits: Limits,
    private readonly addressFor: (blob: Blob) => string = URL.createObjectURL,
    private readonly revoke: (url: string) => void = URL.revokeObjectURL,
  ) {}

  look(key: string): Shown {
    return this.places.get(key)?.shown ?? WAITING;
  }

  /** Show a thing, and be told when it changes; the function that is returned ends it. */
  use(key: string, load: Load, told: () => void): () => void {
    const place = this.places.get(key) ?? this.begin(key, load);
    place.users.add(told);
    this.toEnd(key, place);
    return () => {
      place.users.delete(told);
      if (place.users.size === 0) this.leave(key, place);
    };
  }

  /** Take in what need not be fetched. */
  keep(key: string, blob: Blob): void {
    if (this.places.has(key)) return;
    const shown = { url: this.addressFor(blob), state: "ready" } as const;
    const load = async () => blob;
    this.places.set(key, { shown, size: blob.size, stop: new AbortController(), load, users: new Set() });
    this.tidy();
  }

  /** Fetch once more what failed. */
  retry(key: string): void {
    const place = this.places.get(key);
    if (place?.shown.state === "failed") this.fetch(place);
  }

  /** Fetch once more all that failed where it may help: there is a connection again. */
  retryFailed(isWorthTrying: (error: unknown) => boolean): void {
    for (const place of [...this.places.values()])
      if (place.shown.state === "failed" && isWorthTrying(place.shown.error)) this.fetch(place);
  }

  /** Forget all that nobody shows. */
  clear(): void {
    for (const [key, place] of this.places) if (place.users.size === 0) this.drop(key, place);
  }

  private begin(key: string, load: Load): Place {
    const place: Place = { shown: WAITING, size: 0, stop: new AbortController(), load, users: new Set() };
    this.places.set(key, place);
    this.fetch(place);
    return place;
  }

  private fetch(place: Place): void {
    const stop = new AbortController();
    place.stop = stop;
    this.show(place, WAITING);
    place.load(stop.signal).then(
      (blob) => {
        if (stop.signal.aborted) return;
        place.size = blob.size;
        this.show(place, { url: this.addressFor(blob), state: "ready" });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) this.show(place, { url: null, state: "failed", error });
      },
    );
  }

  private show(place: Place, shown: Shown): void {
    place.shown = shown;
    for (const told of place.users) told();
  }

  /** What is half fetched or failed is begun anew by whoever shows it next. */
  private leave(key: string, place: Place): void {
    if (place.shown.state !== "ready") this.drop(key, place);
    else if (this.places.get(key) === place) {
      this.toEnd(key, place);
      this.tidy();
    }
  }

  private tidy(): void {
    const idle = [...this.places].filter(([, { users }]) => users.size === 0);
    let bytes = idle.reduce((sum, [, { size }]) => sum + size, 0);
    let count = idle.length;
    for (const [key, place] of idle) {
      if (count <= this.limits.idle && bytes <= this.limits.bytes) return;
      count -= 1;
      bytes -= place.size;
      this.drop(key, place);
    }
  }

  private drop(key: string, place: Place): void {
    place.stop.abort();
    if (place.shown.url !== null) this.revoke(place.shown.url);
    place.shown = WAITING;
    if (this.places.get(key) === place) this.places.delete(key);
  }

  private toEnd(key: string, place: Place): void {
    this.places.delete(key);
    this.places.set(key, place);
  }
}
