/** The client's feed of a conversation, with a clock on it. */
import type { MatrixClient } from "matrix-js-sdk";
import { Feed } from "../src/features/chats/feed";

/** Adds up the milliseconds between its starts and its stops. */
export class Clock {
  private ms = 0;
  private since: number | null = null;

  start(): void {
    this.since = performance.now();
  }

  stop(): void {
    if (this.since !== null) this.ms += performance.now() - this.since;
    this.since = null;
  }

  /** Return the sum, and begin anew. */
  take(): number {
    const { ms } = this;
    this.ms = 0;
    this.since = null;
    return ms;
  }
}

export interface Drawn {
  readonly from: number;
  /** When the next task could run: layout and paint lie before it. */
  readonly to: number;
}

/** Start the clock when the next frame begins, and tell of that frame. Who asks before something comes is there right before the feed. */
export function nextFrame(clock: Clock): Promise<Drawn> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const from = performance.now();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve({ from, to: performance.now() });
      port2.postMessage(null);
      clock.start();
    });
  });
}

let opening = 0;

/** Open a conversation, with the clock going from the first line of the feed's constructor until it tells of something, each time. */
export function watched(client: MatrixClient, roomId: string, clock: Clock) {
  clock.start();
  const feed = new Feed(client, roomId, null);
  clock.stop();
  const opened = Promise.withResolvers<Drawn>();
  opening += 1;
  return {
    /** Each opening has another one. */
    id: opening,
    feed,
    /** The frame in which it was folded for whoever listens. */
    opened: opened.promise,
    subscribe: (told: () => void) => {
      void nextFrame(clock).then(opened.resolve);
      return feed.subscribe(() => {
        clock.stop();
        told();
        // It goes on, and asks for what is older.
        if (feed.get().isLoading) clock.start();
      });
    },
  };
}

export type Watched = ReturnType<typeof watched>;
