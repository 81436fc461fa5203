// @vitest-environment jsdom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { useCopy } from "./useCopy";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it.each([
  ["copied", { clipboard: { writeText: async () => undefined } }],
  ["not_copied", { clipboard: { writeText: () => Promise.reject(new Error("not allowed")) } }],
  ["not_copied", {}],
])("says for a moment that it is %s", async (word, navigator) => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", navigator);
  const { result } = renderHook(() => useCopy());
  await act(async () => result.current.copy("tea"));
  expect(result.current.copied).toBe(word);
  act(() => vi.advanceTimersByTime(3_100));
  expect(result.current.copied).toBe(null);
});
