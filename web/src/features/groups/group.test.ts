import type { MatrixClient, Room } from "matrix-js-sdk";
import { expect, it } from "vitest";
import type { SquarePicture } from "../me/squarePicture";
import { makeGroup, setPicture } from "./group";

const PICTURE = new File(["…"], "IMG_Beijing_home.jpg", { type: "image/jpeg" }) as unknown as SquarePicture;

it("tells nobody what the file of a picture is called", async () => {
  const options: unknown[] = [];
  const client = {
    uploadContent: async (_: Blob, how: unknown) => {
      options.push(how);
      return { content_uri: "mxc://x/1" };
    },
    sendStateEvent: async () => undefined,
    createRoom: async () => ({ room_id: "!made" }),
  } as unknown as MatrixClient;
  await setPicture(client, { roomId: "!group" } as Room, PICTURE);
  await makeGroup(client, "Tea", [], PICTURE);
  expect(options).toEqual(Array(2).fill({ name: "", includeFilename: false }));
});
