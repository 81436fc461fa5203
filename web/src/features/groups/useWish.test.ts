// @vitest-environment jsdom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { useWish } from "./useWish";

afterEach(cleanup);

type Known = { entry: string; muted: boolean };
const BEFORE: Known = { entry: "invite", muted: false };

it("shows a wish until it is known, and then what is known", async () => {
  const { result, rerender } = renderHook(useWish<Known>, { initialProps: BEFORE });
  await act(() => result.current.change({ entry: "knock" }, async () => undefined));
  expect(result.current.shown).toEqual({ entry: "knock", muted: false });
  rerender({ entry: "knock", muted: false });
  // Somebody else has changed it.
  rerender({ entry: "public", muted: false });
  expect(result.current.shown.entry).toBe("public");
});

it("does one after the other, and takes back only what has failed", async () => {
  const { result } = renderHook(useWish<Known>, { initialProps: BEFORE });
  const done: string[] = [];
  await act(async () => {
    const first = result.current.change({ entry: "knock" }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      done.push("entry");
      throw new Error("refused");
    });
    const second = result.current.change({ muted: true }, async () => done.push("muted"));
    await Promise.all([first, second]);
  });
  expect(done).toEqual(["entry", "muted"]);
  expect(result.current.shown).toEqual({ entry: "invite", muted: true });
});

it("says until the last of what was wished for is done that it is not saved yet", async () => {
  const { result } = renderHook(useWish<Known>, { initialProps: BEFORE });
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  expect(result.current.isSaving).toBe(false);
  act(() => void result.current.change({ entry: "knock" }, () => first.promise));
  act(() => void result.current.change({ muted: true }, () => second.promise));
  expect(result.current).toMatchObject({ isSaving: true, shown: { entry: "knock", muted: true } });
  await act(async () => first.reject(new Error("refused")));
  expect(result.current).toMatchObject({ isSaving: true, shown: { entry: "invite", muted: true } });
  await act(async () => second.resolve());
  expect(result.current.isSaving).toBe(false);
});
