// @vitest-environment jsdom
import { afterEach, expect, it, vi } from "vitest";
import { backOr } from "./back";

afterEach(() => void vi.unstubAllGlobals());

it("leads to where one came from, and to a place when that is nowhere", async () => {
  const go = vi.fn();
  history.replaceState(null, "", "/contacts/@alice:x.y");
  backOr("/contacts", go);
  expect(go).toHaveBeenCalledExactlyOnceWith("/contacts");

  history.pushState(null, "", "/contacts/@bob:x.y");
  backOr("/contacts", go);
  await vi.waitFor(() => expect(location.pathname).toBe("/contacts/@alice:x.y"));
  expect(go).toHaveBeenCalledOnce();
});

it("does not lead out of the app", () => {
  history.pushState(null, "", "/contacts/@alice:x.y");
  vi.stubGlobal("navigation", { canGoBack: false });
  const go = vi.fn();
  backOr("/contacts", go);
  expect(go).toHaveBeenCalledExactlyOnceWith("/contacts");
});
