/** The room in which somebody's own stickers lie. Nobody else is in it, and it is no chat. */
import type { Room } from "matrix-js-sdk";

export const STICKER_ROOM = "org.courtyard.stickers";

/** Another's room of this type is a room like any other: nobody can make one disappear from somebody's chats. */
export function isOwnStickerRoom(room: Room): boolean {
  return room.getType() === STICKER_ROOM && room.getCreator() === room.myUserId;
}
