import { type MatrixClient, MatrixError, type Room } from "matrix-js-sdk";
import { expect, it } from "vitest";
import type { SquarePicture } from "../me/squarePicture";
import { groupOf, makeGroup, setPicture } from "./group";

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

it("makes a group whoever of those who were picked takes no invitations", async () => {
  const said: unknown[] = [];
  const blocked = new MatrixError({ errcode: "M_INVITE_BLOCKED" }, 403);
  const client = {
    createRoom: async ({ name, invite = [] }: { name: string; invite?: string[] }) => {
      said.push(name);
      if (invite.includes("@bob:x")) throw blocked;
      return { room_id: "!made" };
    },
    invite: async (...whom: string[]) => {
      if (whom[1] === "@bob:x") throw blocked;
      said.push(whom);
    },
  } as unknown as MatrixClient;
  expect(await makeGroup(client, " Tea ", ["@bob:x", "@eve:x"], null)).toEqual({
    roomId: "!made",
    left: [{ userId: "@bob:x", error: blocked }],
  });
  expect(said).toEqual(["Tea", ["!made", "@eve:x"]]);
});

it("tells who is invited and who is kept out, and what may be done about it", () => {
  const levels: Record<string, number> = { kick: 50, ban: 50 };
  const people = [
    { userId: "@me:x", membership: "join", powerLevel: 50 },
    { userId: "@plain:x", membership: "join", powerLevel: 0 },
    { userId: "@admin:x", membership: "join", powerLevel: 50 },
    { userId: "@asked:x", membership: "invite", powerLevel: 0 },
    { userId: "@gone:x", membership: "leave", powerLevel: 0 },
    { userId: "@out:x", membership: "ban", powerLevel: 0 },
  ].map((one) => ({ ...one, name: one.userId, getMxcAvatarUrl: () => null }));
  const room = {
    roomId: "!group",
    name: "Tea",
    tags: {},
    canInvite: () => true,
    getMember: (userId: string) => people.find((one) => one.userId === userId),
    getMembersWithMembership: (as: string) => people.filter((one) => one.membership === as),
    currentState: {
      getStateEvents: () => null,
      maySendStateEvent: () => true,
      hasSufficientPowerLevelFor: (what: string, power: number) => power >= (levels[what] ?? 50),
    },
  } as unknown as Room;
  const group = () => groupOf({ getSafeUserId: () => "@me:x" } as unknown as MatrixClient, room);
  const able = group()
    .members.filter((one) => one.canKeepOut)
    .map((one) => one.userId);
  expect(able).toEqual(["@plain:x"]);
  expect(group().invited.map((one) => [one.userId, one.canChange])).toEqual([["@asked:x", true]]);
  expect(group().keptOut.map((one) => [one.userId, one.canChange])).toEqual([["@out:x", true]]);
  levels["kick"] = 100;
  expect([...group().invited, ...group().keptOut].map((one) => one.canChange)).toEqual([false, false]);
});
