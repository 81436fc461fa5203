// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepSession, keptSession, type Session } from "../protocol/login";
import { App } from "./App";

const FIRST: Session = { userId: "@alice:courtyard.test", deviceId: "FIRST", accessToken: "first" };
const SECOND: Session = { ...FIRST, deviceId: "SECOND", accessToken: "second" };
const fetchIt = vi.fn<typeof fetch>();

vi.mock("./Before", () => ({ Before: () => null }));
vi.mock("./UpdatePrompt", () => ({ UpdatePrompt: () => null }));
vi.mock("./i18n", () => ({ allWords: async () => undefined }));
vi.mock("../features/account/Welcome", () => ({
  Welcome: ({ onEnter }: { onEnter: (session: Session) => void }) => (
    <button type="button" onClick={() => onEnter(SECOND)}>
      enter
    </button>
  ),
}));
vi.mock("./Inside", () => ({
  Inside: ({ session, isElsewhere }: { session: Session; isElsewhere: boolean }) => (
    <p>{`${session.deviceId} ${isElsewhere ? "elsewhere" : "here"}`}</p>
  ),
}));

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal("isSecureContext", true);
  fetchIt.mockReset();
  fetchIt.mockImplementation(async () => new Response("{}"));
  vi.stubGlobal("fetch", fetchIt);
  vi.stubGlobal("indexedDB", { deleteDatabase: () => undefined });
});
afterEach(cleanup);

it("goes in with the session that is made here", async () => {
  render(<App />);
  fireEvent.click(await screen.findByText("enter"));
  await screen.findByText("SECOND here");
  expect(keptSession()).toEqual(SECOND);
});

it("follows another tab in and out", async () => {
  render(<App />);
  await screen.findByText("enter");
  keepSession(FIRST);
  act(() => void window.dispatchEvent(new StorageEvent("storage", { key: "courtyard.session" })));
  await screen.findByText("FIRST elsewhere");
  keepSession(null);
  act(() => void window.dispatchEvent(new StorageEvent("storage", { key: "courtyard.session" })));
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
