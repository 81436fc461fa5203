// @vitest-environment jsdom
import { createClient } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { fetchSaid } from "./useFar";

const ME = "@alice:courtyard.test";
const ROOM = "!room:courtyard.test";
const SAID = {
  event_id: "$far",
  room_id: ROOM,
  sender: "@bob:courtyard.test",
  type: "m.room.message",
  origin_server_ts: 1,
  content: { msgtype: "m.text", body: "long ago" },
};

it("is one message by itself, unless one does not hear its writer", async () => {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: ME });
  client.fetchRoomEvent = async () => SAID;
  expect((await fetchSaid(client, ROOM, "$far"))?.content).toEqual(SAID.content);
  client.isUserIgnored = (userId) => userId === SAID.sender;
  expect(await fetchSaid(client, ROOM, "$far")).toBe(null);
});
