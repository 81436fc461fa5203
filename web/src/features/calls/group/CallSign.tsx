import { Phone } from "lucide-react";
import type { Room } from "matrix-js-sdk";
import { headcount } from "../../../model/groupCall";
import { useClient } from "../../../shell/client";
import { useQuickWords } from "../../../shell/quickWords";
import { useGroupNow } from "./groupNow";
import { meIn, useMates } from "./mates";

/** In the list of chats: a call goes on in this one, and so many are in it. */
export function CallSign({ roomId }: { roomId: string }) {
  const room = useClient().getRoom(roomId);
  return room === null ? null : <Sign room={room} />;
}

function Sign({ room }: { room: Room }) {
  const { t } = useQuickWords();
  const { identity: me } = meIn(useClient());
  const isHere = useGroupNow()?.roomId === room.roomId;
  // This device may have gone away without a word.
  const count = headcount(useMates(room).filter(({ identity }) => isHere || identity !== me));
  if (count === 0) return null;
  return (
    <span className="call-sign">
      <Phone size={14} aria-hidden />
      <span aria-hidden="true">{count}</span>
      <span className="sr-only">{t("calls.group.are_in", { count })}</span>
    </span>
  );
}
