import type { MatrixClient } from "matrix-js-sdk";
import { expect, it, vi } from "vitest";
import { ownPlace } from "./stickers";

it("one's own room is made once, also before the server's next answer brings it", async () => {
  vi.stubGlobal("navigator", { onLine: true });
  const createRoom = vi.fn(async () => ({ room_id: "!own" }));
  const client = {
    createRoom,
    getRooms: () => [],
    getRoom: () => null,
    getSafeUserId: () => "@me:here.org",
    getAccountData: () => undefined,
    http: { authedRequest: async () => ({}) },
    setAccountData: async () => ({}),
  } as unknown as MatrixClient;
  for (let again = 0; again < 2; again += 1)
    expect(await ownPlace(client, "Mine")).toEqual({ roomId: "!own", stateKey: "" });
  expect(createRoom).toHaveBeenCalledOnce();
});
