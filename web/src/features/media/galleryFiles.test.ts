import { MatrixEvent, type Room } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { filesOfThreads } from "./galleryFiles";

const event = (id: string, content: Record<string, unknown>) =>
  new MatrixEvent({ event_id: id, sender: "@a:here.test", type: "m.room.message", content });
const picture = { msgtype: "m.image", body: "a.jpg", url: "mxc://here.test/abc" };

it("finds what was sent in threads, with the thread it stands in", () => {
  const events = [event("$text", { msgtype: "m.text", body: "look" }), event("$picture", picture)];
  const room = {
    hasEncryptionStateEvent: () => false,
    getThreads: () => [
      { id: "$one", events },
      { id: "$two", events: [] },
    ],
  } as unknown as Room;
  const found = filesOfThreads(room, "@me:here.test");
  expect(found.map(({ said, threadId }) => [said.id, threadId])).toEqual([["$picture", "$one"]]);
  expect(filesOfThreads(null, "@me:here.test")).toEqual([]);
});
