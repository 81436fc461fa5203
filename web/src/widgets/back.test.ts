// @vitest-environment jsdom
import { afterEach, expect, it, vi } from "vitest";
import { backOr, upTo } from "./back";

const go = vi.fn();
const traverseTo = vi.fn(() => ({ committed: Promise.resolve() }));

afterEach(() => {
  vi.unstubAllGlobals();
  go.mockReset();
  traverseTo.mockClear();
});

/** Let the browser know of these pages, of which the last one is open, and one ahead of it. */
function walked(...paths: (string | null)[]): void {
  const entries = [...paths, "/chats"].map((path, index) => ({
    index,
    key: `key ${index}`,
    url: path === null ? null : new URL(path, location.href).href,
  }));
  vi.stubGlobal("navigation", {
    canGoBack: paths.length > 1,
    currentEntry: entries.at(-2),
    entries: () => entries,
    traverseTo,
  });
}

it("leads to where one came from, and to a place when that is nowhere", async () => {
  history.replaceState(null, "", "/contacts/@alice:x.y");
  backOr("/contacts", go);
  expect(go).toHaveBeenCalledExactlyOnceWith("/contacts", { replace: true });

  history.pushState(null, "", "/contacts/@bob:x.y");
  backOr("/contacts", go);
  await vi.waitFor(() => expect(location.pathname).toBe("/contacts/@alice:x.y"));
  expect(go).toHaveBeenCalledOnce();
});

it("does not lead out of the app", () => {
  history.pushState(null, "", "/contacts/@alice:x.y");
  walked("/contacts/@alice:x.y");
  backOr("/contacts", go);
  expect(go).toHaveBeenCalledExactlyOnceWith("/contacts", { replace: true });
});

it.each([
  [["/chats", "/chats/!r:x.y"], "/chats", 0],
  [["/me", "/me/standing", "/me/standing/3#appeal"], "/me/standing", 1],
  // What lies between was in there: back after it is not to lead into it again.
  [["/chats", "/chats/!r:x.y", "/chats/!r:x.y/search", "/chats/!r:x.y/at/$1"], "/chats", 0],
  [["/chats#new", "/contacts", "/chats", "/chats/!r:x.y"], "/chats", 2],
  // One address may be written in more than one way.
  [["/chats/!r:x.y?via=z", "/chats/!r:x.y/group"], "/chats/!r%3Ax.y", 0],
])("goes back where one has been: %j", (paths, place, at) => {
  walked(...paths);
  upTo(place, go);
  expect(traverseTo).toHaveBeenCalledExactlyOnceWith(`key ${at}`);
  expect(go).not.toHaveBeenCalled();
});

it.each([
  [["/chats/!r:x.y"]],
  [["/contacts", "/contacts/@alice:x.y", "/chats/!r:x.y"]],
  // The pages of another document may be kept from us.
  [[null, "/chats/!r:x.y"]],
])("puts the place there of what is left, where one has not been: %j", (paths) => {
  walked(...paths);
  upTo("/chats", go);
  expect(go).toHaveBeenCalledExactlyOnceWith("/chats", { replace: true });
  expect(traverseTo).not.toHaveBeenCalled();
});

it("puts the place there of what is left, where the browser does not tell where one has been", () => {
  upTo("/chats", go);
  expect(go).toHaveBeenCalledExactlyOnceWith("/chats", { replace: true });
});
