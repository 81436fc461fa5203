// @vitest-environment jsdom
import { afterEach, expect, it, vi } from "vitest";
import { lookForNewer } from "./newer";

afterEach(() => vi.useRealTimers());

it("looks for a new version when the page comes into sight, once in an hour", () => {
  vi.useFakeTimers();
  const update = vi.fn(async () => undefined as never);
  const seen = vi.spyOn(document, "visibilityState", "get").mockReturnValue("visible");
  const changes = () => document.dispatchEvent(new Event("visibilitychange"));
  lookForNewer({ update });
  changes();
  expect(update).not.toHaveBeenCalled();
  vi.advanceTimersByTime(3_600_000);
  seen.mockReturnValue("hidden");
  changes();
  expect(update).not.toHaveBeenCalled();
  seen.mockReturnValue("visible");
  changes();
  changes();
  expect(update).toHaveBeenCalledOnce();
});
