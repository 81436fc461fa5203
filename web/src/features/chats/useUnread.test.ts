// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import type { Room } from "matrix-js-sdk";
import { expect, it, vi } from "vitest";
import { type Fact, initial } from "../../model/timeline";
import { useUnread } from "./useUnread";

const ME = "@alice:courtyard.test";

function said(id: string, sender = "@bob:courtyard.test"): Fact {
  return { id, key: id, sender, at: 1, type: "m.room.message", content: { msgtype: "m.text", body: id } };
}

/** A conversation that is opened: what of it is loaded, and how far it has been read. */
function opened(loaded: Fact[], readUpTo: string | null, goTo: string | null = null) {
  const room = { getEventReadUpTo: () => readUpTo } as unknown as Room;
  let arrive = (): void => undefined;
  const loadUpTo = vi.fn(
    () =>
      new Promise<boolean>((resolve) => {
        arrive = () => resolve(true);
      }),
  );
  const given = { room, me: ME, timeline: initial(loaded), threadId: null, goTo, loadUpTo };
  const { result } = renderHook(() => useUnread(given));
  return { result, loadUpTo, arrive: () => act(async () => arrive()) };
}

it("looks for the place where what is new begins, when that is not loaded", async () => {
  const { result, loadUpTo, arrive } = opened([said("$new"), said("$newest")], "$read");
  expect(result.current).toEqual({ readUpTo: "$read", isOnTheWay: true });
  expect(loadUpTo).toHaveBeenCalledExactlyOnceWith("$read", 5);
  await arrive();
  expect(result.current).toEqual({ readUpTo: "$read", isOnTheWay: false });
});

it("looks for nothing that is there, that is not new, or that one did not come for", () => {
  const isLoaded = opened([said("$read"), said("$new")], "$read");
  expect(isLoaded.result.current).toEqual({ readUpTo: "$read", isOnTheWay: false });
  const isMine = opened([said("$read"), said("$mine", ME)], "$read");
  expect(isMine.result.current).toEqual({ readUpTo: null, isOnTheWay: false });
  const isElsewhere = opened([said("$new")], "$read", "$message");
  expect(isElsewhere.result.current).toEqual({ readUpTo: "$read", isOnTheWay: false });
  for (const { loadUpTo } of [isLoaded, isMine, isElsewhere]) expect(loadUpTo).not.toHaveBeenCalled();
});
