import type { Room } from "matrix-js-sdk";
import { OpenRoom } from "../contacts/OpenRoom";
import { isNoticesRoom } from "../standing/notices";

/** Stands above what one writes, where the chat is not encrypted. It is read out when that is known, and not with each key. */
export function OpenBar({ room }: { room: Room }) {
  return (
    <div className="before-writing" aria-live="polite">
      {/* What the server writes itself it can read, and everybody knows that. */}
      {!isNoticesRoom(room) && <OpenRoom roomId={room.roomId} />}
    </div>
  );
}
