import { type MatrixClient, RuleId } from "matrix-js-sdk";
import { isMuted } from "../chats/roomMarks";
import { keptNotify } from "../me/keptNotify";

/** Say whether a call in a chat is to be heard: neither the chat is muted, nor everything, and this device makes sounds. */
export function isLoud(client: MatrixClient, roomId: string): boolean {
  const room = client.getRoom(roomId);
  const master = client.pushRules?.global.override?.find(({ rule_id: id }) => id === RuleId.Master);
  const { isOn, hasSound } = keptNotify();
  return room !== null && !isMuted(client, room) && master?.enabled !== true && (hasSound || !isOn);
}
