import type { MatrixClient } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { accept, type Request } from "./people";

const REQUEST: Request = {
  roomId: "!chat:courtyard.test",
  userId: "@bob:courtyard.test",
  name: "bob",
  mxc: null,
  kind: "person",
  group: "",
};

it("knows whose chat it is before one is in it", async () => {
  const told: unknown[] = [];
  const client = {
    getAccountData: () => undefined,
    setAccountData: async (type: string, content: object) => told.push([type, content]),
    joinRoom: async () => {
      throw new Error("the app was closed");
    },
  } as unknown as MatrixClient;
  await expect(accept(client, REQUEST)).rejects.toThrow("closed");
  expect(told).toEqual([["m.direct", { "@bob:courtyard.test": ["!chat:courtyard.test"] }]]);
});
