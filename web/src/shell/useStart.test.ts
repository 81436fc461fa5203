// @vitest-environment jsdom

import { EventEmitter } from "node:events";
import { cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Session } from "../protocol/login";
import type { Origin } from "./useStart";

vi.mock("../protocol/matrix", () => ({
  startClient: async () => Object.assign(new EventEmitter(), { stopClient: () => undefined }),
  isSignedOut: () => false,
}));

const askToKeep = vi.hoisted(() => vi.fn());
vi.mock("./askToKeep", () => ({ askToKeep }));

const NAME = "courtyard.tab";
const SESSION: Session = { userId: "@alice:courtyard.test", deviceId: "SECOND", accessToken: "second" };

/** What a browser has for all tabs together, as far as it is asked for here. */
class Locks {
  private held: Promise<unknown> | null = null;

  readonly request = async (
    _: string,
    options: LockOptions,
    use: (lock: object | null) => Promise<unknown>,
  ) => {
    if (options.ifAvailable && this.held !== null) return use(null);
    while (this.held !== null) await this.held;
    this.held = use({}).finally(() => {
      this.held = null;
    });
    return this.held;
  };
}

let other: BroadcastChannel;

/** The other tab has signed out: it has no session, and the lock for as long as its page lives. */
beforeEach(() => {
  vi.resetModules();
  const locks = new Locks();
  vi.stubGlobal("navigator", Object.assign(navigator, { locks }));
  other = new BroadcastChannel(NAME);
  void locks.request(NAME, {}, () => new Promise((letGo) => other.addEventListener("message", letGo)));
});
afterEach(() => {
  cleanup();
  other.close();
  vi.unstubAllGlobals();
});

async function start(origin: Origin) {
  const { useStart } = await import("./useStart");
  const onLeave = () => undefined;
  return renderHook(() => useStart(SESSION, origin, onLeave));
}

it("leaves a session that was kept to the tab that may be using it", async () => {
  const { result } = await start("kept");
  await waitFor(() => expect(result.current.state.at).toBe("elsewhere"));
  expect(askToKeep).not.toHaveBeenCalled();
});

it("starts the session that was entered here, whoever had the last one", async () => {
  const { result } = await start("entered");
  await waitFor(() => expect(result.current.state.at).toBe("ready"));
  // What lies here from now on is to stay here.
  expect(askToKeep).toHaveBeenCalledOnce();
});
