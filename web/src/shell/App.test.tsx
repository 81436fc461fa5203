// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepSession, keptSession, type Session } from "../protocol/login";
import { App } from "./App";
import type { Way } from "./firstPage";
import type { Origin } from "./useStart";

const FIRST: Session = { userId: "@alice:courtyard.test", deviceId: "FIRST", accessToken: "first" };
const SECOND: Session = { ...FIRST, deviceId: "SECOND", accessToken: "second" };
const fetchIt = vi.fn<typeof fetch>();

vi.mock("./Before", () => ({ Before: () => null }));
// It does not come: whatever else there is, is there.
vi.mock("./UpdatePrompt", () => {
  throw new Error("Failed to fetch dynamically imported module");
});
vi.mock("./settled", () => ({ whenSettled: async () => undefined }));
vi.mock("./i18n", () => ({ allWords: async () => undefined }));
vi.mock("../features/account/Welcome", () => ({
  Welcome: ({ onEnter }: { onEnter: (session: Session, way: Way) => void }) => (
    <button type="button" onClick={() => onEnter(SECOND, "up")}>
      enter
    </button>
  ),
}));
vi.mock("./Inside", () => ({
  Inside: ({ session, origin }: { session: Session; origin: Origin }) => (
    <p>{`${session.deviceId} ${origin}`}</p>
  ),
}));

const GROUP = "/contacts/join/!abc?via=x.y";

beforeEach(() => {
  localStorage.clear();
  history.replaceState(null, "", "/");
  vi.stubGlobal("isSecureContext", true);
  fetchIt.mockReset();
  fetchIt.mockImplementation(async () => new Response("{}"));
  vi.stubGlobal("fetch", fetchIt);
  vi.stubGlobal("indexedDB", { deleteDatabase: () => undefined });
});
afterEach(cleanup);

function placeHere(): string {
  return `${location.pathname}${location.search}`;
}

/** What the other tab keeps: a session that it made, or none. */
function otherTab(session: Session | null): void {
  keepSession(session);
  act(() => void window.dispatchEvent(new StorageEvent("storage", { key: "courtyard.session" })));
}

it("goes in with the session that is made here", async () => {
  render(<App />);
  fireEvent.click(await screen.findByText("enter"));
  await screen.findByText("SECOND entered");
  expect(keptSession()).toEqual(SECOND);
  expect(placeHere()).toBe("/me/recovery?first=up");
});

it("comes back with the session that was kept", async () => {
  keepSession(FIRST);
  render(<App />);
  await screen.findByText("FIRST kept");
});

it("keeps in mind what was opened before there was a session", async () => {
  history.replaceState(null, "", GROUP);
  render(<App />);
  fireEvent.click(await screen.findByText("enter"));
  await screen.findByText("SECOND entered");
  expect(placeHere()).toBe(`/me/recovery?first=up&then=${encodeURIComponent(GROUP)}`);
});

it("stays at what was opened when another tab comes in, and leaves nothing when that goes", async () => {
  history.replaceState(null, "", GROUP);
  render(<App />);
  await screen.findByText("enter");
  otherTab(FIRST);
  await screen.findByText("FIRST elsewhere");
  expect(placeHere()).toBe(GROUP);
  // Somebody else signs in there, at once.
  otherTab(SECOND);
  await screen.findByText("SECOND elsewhere");
  expect(placeHere()).toBe("/");
  history.replaceState(null, "", GROUP);
  otherTab(null);
  await screen.findByText("enter");
  expect(placeHere()).toBe("/");
});

it("follows another tab in and out", async () => {
  render(<App />);
  await screen.findByText("enter");
  otherTab(FIRST);
  await screen.findByText("FIRST elsewhere");
  otherTab(null);
  await screen.findByText("enter");
});

it("takes the session of a tab that was faster, and ends its own", async () => {
  render(<App />);
  const enter = await screen.findByText("enter");
  keepSession(FIRST);
  fireEvent.click(enter);
  await screen.findByText("FIRST elsewhere");
  expect(keptSession()).toEqual(FIRST);
  const [path, init] = fetchIt.mock.calls[0] ?? [];
  expect(path).toBe("/_matrix/client/v3/logout");
  expect(new Headers(init?.headers).get("Authorization")).toBe("Bearer second");
});
