// @vitest-environment jsdom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { useSearch } from "./useSearch";

afterEach(cleanup);

it("shows the answer to the newest words alone, whichever comes first", async () => {
  const answers = new Map<string, (found: string[]) => void>();
  const look = (words: string) =>
    new Promise<string[]>((resolve) => {
      answers.set(words, resolve);
    });
  const { result } = renderHook(() => useSearch(look));
  await act(async () => void result.current.search("ann"));
  await act(async () => void result.current.search("bob"));
  expect(result.current.busy).toBe(true);
  await act(async () => answers.get("bob")?.(["Bob"]));
  await act(async () => answers.get("ann")?.(["Ann"]));
  expect(result.current).toMatchObject({ hits: ["Bob"], busy: false });

  await act(async () => void result.current.search("carol"));
  act(() => result.current.forget());
  await act(async () => answers.get("carol")?.(["Carol"]));
  expect(result.current).toMatchObject({ hits: null, busy: false });
});

it("says what went wrong", async () => {
  const { result } = renderHook(() => useSearch(() => Promise.reject(new Error("broken"))));
  await act(() => result.current.search("ann"));
  expect(result.current).toMatchObject({ hits: null, busy: false, wrong: "errors.ours" });
});
