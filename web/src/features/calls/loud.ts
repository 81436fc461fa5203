/** Which calls one is told of, and which are heard. Those of two and those of a group alike. */
import { type MatrixClient, type Room, RuleId } from "matrix-js-sdk";
import { isMuted } from "../chats/roomMarks";
import { keptNotify } from "../me/keptNotify";

/** Say whether one wants to be told of calls in a chat: it is not muted, and neither is everything. */
export function isTold(client: MatrixClient, room: Room): boolean {
  const master = client.pushRules?.global.override?.find(({ rule_id: id }) => id === RuleId.Master);
  return master?.enabled !== true && !isMuted(client, room);
}

/** Say whether this device makes sounds: also where the browser shows no notifications. */
export function makesSound(): boolean {
  const { isOn, hasSound } = keptNotify();
  return hasSound || !isOn;
}

/** Say whether a call in a chat is to be heard, and not only seen. */
export function isLoud(client: MatrixClient, roomId: string): boolean {
  const room = client.getRoom(roomId);
  return room !== null && isTold(client, room) && makesSound();
}
