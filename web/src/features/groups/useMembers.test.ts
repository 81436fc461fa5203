// @vitest-environment jsdom
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import type { Room } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { useMembers } from "./useMembers";

afterEach(cleanup);

it("says whether everybody in a group is known, why not, and asks again", async () => {
  const offline = new Error("offline");
  const loadMembersIfNeeded = vi.fn().mockRejectedValueOnce(offline).mockResolvedValue(true);
  const room = { membersLoaded: () => false, loadMembersIfNeeded } as unknown as Room;
  const { result } = renderHook(() => useMembers(room));
  expect(result.current).toMatchObject({ areKnown: false, failure: null });
  await waitFor(() => expect(result.current.failure).toBe(offline));
  act(() => result.current.again());
  expect(result.current.failure).toBeNull();
  await waitFor(() => expect(result.current.areKnown).toBe(true));
});

it("waits for nobody who is known already", () => {
  const room = { membersLoaded: () => true, loadMembersIfNeeded: async () => false } as unknown as Room;
  expect(renderHook(() => useMembers(room)).result.current.areKnown).toBe(true);
});
