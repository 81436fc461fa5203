/** What one marks a chat with, for oneself: pinned, muted, unread, hidden. All of it is kept in the account. */
import { type MatrixClient, PushRuleKind, type Room } from "matrix-js-sdk";

const UNREAD = "m.marked_unread";
const HIDDEN = "org.courtyard.hidden";
const PINNED = "m.favourite";

export function isMarkedUnread(room: Room): boolean {
  return room.getAccountData(UNREAD)?.getContent()["unread"] === true;
}

export async function markUnread(client: MatrixClient, room: Room, unread: boolean): Promise<void> {
  await client.setRoomAccountData(room.roomId, UNREAD as never, { unread } as never);
}

/** Return when a chat was hidden; it is seen again as soon as something newer is said in it. */
export function hiddenAt(room: Room): number {
  const at: unknown = room.getAccountData(HIDDEN)?.getContent()["at"];
  return typeof at === "number" ? at : 0;
}

export async function hide(client: MatrixClient, room: Room, at: number): Promise<void> {
  await client.setRoomAccountData(room.roomId, HIDDEN as never, { at } as never);
}

export function isPinned(room: Room): boolean {
  return PINNED in room.tags;
}

export async function pin(client: MatrixClient, room: Room, pinned: boolean): Promise<void> {
  if (pinned) await client.setRoomTag(room.roomId, PINNED, { order: 0.5 });
  else await client.deleteRoomTag(room.roomId, PINNED);
}

const KINDS = [PushRuleKind.Override, PushRuleKind.RoomSpecific] as const;

/** A rule of this room that tells of nothing. Older clients write that as "dont_notify". */
export function isMuted(client: MatrixClient, room: Room): boolean {
  return mutingRules(client, room).length > 0;
}

function mutingRules(client: MatrixClient, room: Room): (typeof KINDS)[number][] {
  return KINDS.filter((kind) => {
    const rule = client.pushRules?.global[kind]?.find(({ rule_id: id }) => id === room.roomId);
    return rule?.enabled !== false && rule?.actions.every((action) => action === "dont_notify");
  });
}

export async function mute(client: MatrixClient, room: Room, muted: boolean): Promise<void> {
  if (muted) await client.addPushRule("global", PushRuleKind.RoomSpecific, room.roomId, { actions: [] });
  else {
    for (const kind of mutingRules(client, room)) await client.deletePushRule("global", kind, room.roomId);
  }
  client.setPushRules(await client.getPushRules());
}
