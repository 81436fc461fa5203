import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Answer, BYTES_MAX, FETCH_MAX_MS, openHeic, TIME_MAX_MS, Unopened } from "./heic";

/** A thread of which the test says when it does what. */
class Thread {
  onmessage: ((answer: { data: Answer }) => void) | null = null;
  readonly asked: unknown[] = [];
  ended = false;

  constructor() {
    threads.push(this);
  }

  postMessage(asked: unknown): void {
    this.asked.push(asked);
  }

  terminate(): void {
    this.ended = true;
  }
}

let threads: Thread[] = [];
const FILE = new Blob(["a picture"]);

/** What becomes of a picture: the picture, or why not. */
async function outcome(file: Blob): Promise<unknown> {
  return await openHeic(file).catch((error: unknown) => (error instanceof Unopened ? error.why : error));
}

async function begun(): Promise<Thread> {
  // The browser has said no.
  await vi.advanceTimersByTimeAsync(0);
  const [thread] = threads;
  if (thread === undefined) throw new Error("no thread");
  expect(thread.asked).toEqual([FILE]);
  return thread;
}

beforeEach(() => {
  threads = [];
  vi.useFakeTimers();
  vi.stubGlobal("Worker", Thread);
  vi.stubGlobal("createImageBitmap", () => Promise.reject(new Error("not here")));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("opening a picture that the browser cannot open", () => {
  it("takes a thread of its own, which ends with it", async () => {
    const opening = outcome(FILE);
    const thread = await begun();
    const bitmap = {} as ImageBitmap;
    thread.onmessage?.({ data: { begun: true } });
    thread.onmessage?.({ data: { bitmap } });
    expect(await opening).toBe(bitmap);
    expect(thread.ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("says why not", async () => {
    const opening = outcome(FILE);
    const thread = await begun();
    thread.onmessage?.({ data: { why: "none" } });
    expect(await opening).toBe("none");
    expect(thread.ended).toBe(true);
  });

  it("ends after a time, whatever the picture does", async () => {
    const opening = outcome(FILE);
    const thread = await begun();
    vi.advanceTimersByTime(FETCH_MAX_MS - 1);
    thread.onmessage?.({ data: { begun: true } });
    vi.advanceTimersByTime(TIME_MAX_MS - 1);
    expect(thread.ended).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await opening).toBe("large");
    expect(thread.ended).toBe(true);
  });

  it("ends when what opens it does not come", async () => {
    const opening = outcome(FILE);
    const thread = await begun();
    vi.advanceTimersByTime(FETCH_MAX_MS);
    expect(await opening).toBe("away");
    expect(thread.ended).toBe(true);
  });

  it("is not tried with one of a size that no phone makes", async () => {
    const huge = { size: BYTES_MAX + 1 } as Blob;
    expect(await outcome(huge)).toBe("large");
    expect(threads).toEqual([]);
  });
});

it("leaves it to the browser where it can", async () => {
  const bitmap = {} as ImageBitmap;
  vi.stubGlobal("createImageBitmap", async () => bitmap);
  expect(await openHeic(FILE)).toBe(bitmap);
  expect(threads).toEqual([]);
});
