import type { MatrixClient, Room } from "matrix-js-sdk";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useFromClient } from "../../shell/client";
import { TopBar } from "../../widgets/TopBar";
import { isGroup, partnerIn } from "../contacts/people";
import { Shield } from "../keys/lateBar";
import { Seen } from "../presence/Seen";
import { BAR } from "./barTools";
import { LIST_EVENTS } from "./rooms";
import { useWriters } from "./useTyping";

/** The bar above a conversation: what it is called, which leads to its page; who writes, is here, or how many they are; and what can be done.
 *
 *  `room`: null until one is in it. The title stays the same element, and keeps the focus, when one has come in.
 */
export function TalkBar({ room, name }: { room: Room | null; name: string }) {
  const read = useCallback(
    (client: MatrixClient) => {
      if (room === null) return { partner: null, about: undefined, members: 0 };
      const { roomId } = room;
      const partner = partnerIn(client, roomId);
      const page = isGroup(client, room) ? `/chats/${encodeURIComponent(roomId)}/group` : undefined;
      const about = partner === null ? page : `/contacts/${encodeURIComponent(partner)}`;
      return { partner, about, members: room.getJoinedMemberCount() };
    },
    [room],
  );
  const { partner, about, members } = useFromClient(LIST_EVENTS, read);
  return (
    <TopBar
      title={name}
      back="/chats"
      about={about}
      mark={partner !== null && <Shield userId={partner} />}
      under={room && <Now room={room} partner={partner} members={members} />}
    >
      {room && BAR.map((Tool, index) => <Tool key={index} roomId={room.roomId} />)}
    </TopBar>
  );
}

interface NowProps {
  room: Room;
  partner: string | null;
  members: number;
}

/** Who is writing now; else whether the other one is here, or how many there are. */
function Now({ room, partner, members }: NowProps) {
  const { t } = useTranslation();
  const writers = useWriters(room);
  if (writers.length === 1) return t("talk.writes", { name: writers[0] });
  if (writers.length > 1) return t("talk.write", { count: writers.length });
  return partner === null ? t("groups.count", { count: members }) : <Seen userId={partner} />;
}
