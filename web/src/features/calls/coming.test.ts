import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { comingNow, giveUp, whenHere } from "./coming";

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  giveUp();
  vi.useRealTimers();
});

it("says nothing of what is quick", async () => {
  const goOn = vi.fn();
  await whenHere(async () => "part", goOn);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(goOn).toHaveBeenCalledWith("part");
  expect(comingNow()).toBeNull();
});

it("says after a moment that it is waited for, and goes on when it is there", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const goOn = vi.fn();
  const done = whenHere(() => promise, goOn);
  await vi.advanceTimersByTimeAsync(299);
  expect(comingNow()).toBeNull();
  await vi.advanceTimersByTimeAsync(1);
  expect(comingNow()?.isFailed).toBe(false);
  resolve("part");
  await done;
  expect(goOn).toHaveBeenCalledWith("part");
  expect(comingNow()).toBeNull();
});

it("says that it did not come, and fetches it again", async () => {
  const fetched = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError("no network"));
  fetched.mockResolvedValueOnce("part");
  const goOn = vi.fn();
  await whenHere(fetched, goOn);
  expect(comingNow()?.isFailed).toBe(true);
  comingNow()?.again();
  await vi.advanceTimersByTimeAsync(0);
  expect(goOn).toHaveBeenCalledExactlyOnceWith("part");
  expect(comingNow()).toBeNull();
});

it("does nothing for whoever has given it up", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const goOn = vi.fn();
  const done = whenHere(() => promise, goOn);
  await vi.advanceTimersByTimeAsync(400);
  giveUp();
  resolve("part");
  await done;
  expect(goOn).not.toHaveBeenCalled();
  expect(comingNow()).toBeNull();
});

it("waits for the last of what was pressed", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = vi.fn();
  const second = vi.fn();
  const done = whenHere(() => promise, first);
  await whenHere(async () => "part", second);
  resolve("part");
  await done;
  expect(first).not.toHaveBeenCalled();
  expect(second).toHaveBeenCalledOnce();
});
