import { EventEmitter } from "node:events";
import { type MatrixClient, RoomEvent } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { comeIn } from "./useLetIn";

it("comes into a room that one has asked to come into, and into no other", async () => {
  const joined: string[] = [];
  const emitter = new EventEmitter();
  const client = Object.assign(emitter, {
    joinRoom: async (roomId: string) => {
      joined.push(roomId);
      throw new Error("no connection");
    },
  });
  const stop = comeIn(client as unknown as MatrixClient);
  const said = (roomId: string, now: string, before?: string) =>
    emitter.emit(RoomEvent.MyMembership, { roomId }, now, before);
  said("!asked", "invite", "knock");
  said("!invited", "invite");
  said("!again", "invite", "leave");
  said("!refused", "leave", "knock");
  said("!in", "join", "invite");
  stop();
  said("!later", "invite", "knock");
  expect(joined).toEqual(["!asked"]);
});
