/** The room in which somebody's own stickers lie. Nobody else is in it, and it is no chat. */
import type { Room } from "matrix-js-sdk";

export const STICKER_ROOM = "org.courtyard.stickers";

export function isStickerRoom(room: Room): boolean {
  return room.getType() === STICKER_ROOM;
}
