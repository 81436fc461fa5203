// @vitest-environment jsdom
import type { TFunction } from "i18next";
import {
  createClient,
  KnownMembership,
  type MatrixClient,
  MatrixEvent,
  PendingEventOrdering,
  Room,
} from "matrix-js-sdk";
import { expect, it, vi } from "vitest";
import { follow, isReplaced, successorOf } from "./moved";
import { chatsOf } from "./rooms";

const ME = "@alice:courtyard.test";
const OLD = "!old:courtyard.test";
const NEW = "!new:courtyard.test";

function roomOf(client: MatrixClient, id: string, type: string, content: object): Room {
  const room = new Room(id, client, ME, { pendingEventOrdering: PendingEventOrdering.Detached });
  const told = { event_id: `${id}$`, room_id: id, sender: "@bob:other.test:8448", state_key: "" };
  room.currentState.setStateEvents([new MatrixEvent({ ...told, type, content })]);
  room.updateMyMembership(KnownMembership.Join);
  client.store.storeRoom(room);
  return room;
}

const newClient = () => createClient({ baseUrl: "http://127.0.0.1", userId: ME });
const old = (client: MatrixClient, content: object) => roomOf(client, OLD, "m.room.tombstone", content);
const listed = (client: MatrixClient) =>
  chatsOf(client, ((key: string) => key) as unknown as TFunction).map(({ roomId }) => roomId);

it.each([
  [{ replacement_room: NEW, body: "moved" }, NEW],
  [{ body: "closed" }, null],
  [{ replacement_room: "#new:courtyard.test" }, null],
  [{ replacement_room: 7 }, null],
])("a tombstone of %o leads to %s", (content, id) => expect(successorOf(old(newClient(), content))).toBe(id));

it("goes where a chat goes on, by the server of whoever closed it", async () => {
  const client = newClient();
  const room = old(client, { replacement_room: NEW });
  const join = vi.spyOn(client, "joinRoom").mockResolvedValue(room);
  expect(await follow(client, room)).toBe(NEW);
  expect(join).toHaveBeenCalledWith(NEW, { viaServers: ["other.test:8448"] });
  roomOf(client, NEW, "m.room.create", {});
  expect(await follow(client, room)).toBe(NEW);
  expect(join).toHaveBeenCalledOnce();
});

it("lists the old chat until one is in the new one", () => {
  const client = newClient();
  const room = old(client, { replacement_room: NEW });
  expect(listed(client)).toEqual([OLD]);
  roomOf(client, NEW, "m.room.create", { predecessor: { room_id: OLD } });
  expect(isReplaced(client, room)).toBe(true);
  expect(listed(client)).toEqual([NEW]);
});

it("hides no chat behind one that knows nothing of it", () => {
  const client = newClient();
  old(client, { replacement_room: NEW });
  roomOf(client, NEW, "m.room.create", {});
  expect(new Set(listed(client))).toEqual(new Set([OLD, NEW]));
});
