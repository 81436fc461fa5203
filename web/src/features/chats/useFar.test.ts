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

const edit = (more: object = {}) => ({
  ...SAID,
  event_id: "$edit",
  origin_server_ts: 2,
  content: {
    msgtype: "m.text",
    body: "* long since",
    "m.new_content": { msgtype: "m.text", body: "long since" },
    "m.relates_to": { rel_type: "m.replace", event_id: "$far" },
  },
  ...more,
});

it.each([
  ["its last wording", edit(), "long since"],
  ["no wording of anybody else", edit({ sender: "@eve:courtyard.test" }), "long ago"],
  [
    "no wording that cannot be read",
    edit({ type: "m.room.encrypted", content: { "m.relates_to": edit().content["m.relates_to"] } }),
    "long ago",
  ],
])("has %s", async (_what, replacing, words) => {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: ME });
  const bundled = { ...SAID, unsigned: { "m.relations": { "m.replace": replacing } } };
  client.fetchRoomEvent = async () => bundled;
  expect((await fetchSaid(client, ROOM, "$far"))?.content["body"]).toBe(words);
});

it("is one message by itself, unless one does not hear its writer", async () => {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: ME });
  client.fetchRoomEvent = async () => SAID;
  expect((await fetchSaid(client, ROOM, "$far"))?.content).toEqual(SAID.content);
  client.isUserIgnored = (userId) => userId === SAID.sender;
  expect(await fetchSaid(client, ROOM, "$far")).toBe(null);
});
