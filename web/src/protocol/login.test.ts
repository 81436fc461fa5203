// @vitest-environment jsdom
import { beforeEach, expect, it, vi } from "vitest";
import { beginSession, isNewSession, keepSession, keptSession, onOtherTab } from "./login";

const ALICE = { userId: "@alice:example.org", deviceId: "PHONE", accessToken: "secret" };

beforeEach(() => localStorage.clear());

it("keeps a session, which is new until it is begun", () => {
  keepSession(ALICE);
  expect(keptSession()).toEqual(ALICE);
  expect(isNewSession()).toBe(true);
  beginSession();
  expect(isNewSession()).toBe(false);
  expect(keptSession()).toEqual(ALICE);
});

it("finds no session in what cannot be read", () => {
  for (const kept of ["{", "null", "[]", '{"userId":"@alice:example.org"}']) {
    localStorage.setItem("courtyard.session", kept);
    expect(keptSession(), kept).toBeNull();
  }
});

it("leaves nothing of a person behind", () => {
  keepSession(ALICE);
  localStorage.setItem("courtyard.theme", "dark");
  localStorage.setItem("courtyard.draft", "Dear Bob");
  // The Matrix SDK does not take them away.
  localStorage.setItem("mxjssdk_memory_filter_FILTER_SYNC_@alice:example.org", "7");
  localStorage.setItem("mx_pending_events_!room", '[{"content":{"body":"Dear Bob"}}]');
  localStorage.setItem("another", "page");
  const deleteDatabase = vi.fn();
  vi.stubGlobal("indexedDB", { deleteDatabase });
  keepSession(null);
  // What waited to be sent.
  expect(deleteDatabase).toHaveBeenCalledOnce();
  expect({ ...localStorage }).toEqual({ "courtyard.theme": "dark", another: "page" });
});

it("tells of a session that comes and goes in another tab, and of nothing else", () => {
  const told = vi.fn();
  const end = onOtherTab(told);
  keepSession(ALICE);
  expect(told).not.toHaveBeenCalled();
  window.dispatchEvent(new StorageEvent("storage", { key: "courtyard.theme" }));
  expect(told).not.toHaveBeenCalled();
  window.dispatchEvent(new StorageEvent("storage", { key: "courtyard.session" }));
  expect(told).toHaveBeenLastCalledWith(ALICE);
  localStorage.clear();
  window.dispatchEvent(new StorageEvent("storage", { key: null }));
  expect(told).toHaveBeenLastCalledWith(null);
  end();
  window.dispatchEvent(new StorageEvent("storage", { key: null }));
  expect(told).toHaveBeenCalledTimes(2);
});
