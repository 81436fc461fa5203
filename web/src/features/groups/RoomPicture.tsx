import { KnownMembership, type Room } from "matrix-js-sdk";
import { useClient } from "../../shell/client";
import { usePicture } from "../../shell/picture";
import { Avatar, GroupAvatar } from "../../widgets/Avatar";
import { mxcOf, partnerIn } from "../contacts/people";

/** A room's picture: its own; in a chat of two the other's; of a group its people, two by two. */
export function RoomPicture({ room, large }: { room: Room; large?: boolean }) {
  const client = useClient();
  const partner = partnerIn(client, room.roomId);
  const own = room.getMxcAvatarUrl();
  const src = usePicture(own ?? (partner === null ? null : mxcOf(client, partner)), large ? 84 : 50);
  const size = large ? { large } : {};
  if (own !== null || partner !== null || room.getType() !== undefined) {
    return <Avatar id={partner ?? room.roomId} name={room.name} src={src} {...size} />;
  }
  const members = room
    .getMembersWithMembership(KnownMembership.Join)
    .map(({ userId, name }) => ({ id: userId, name }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  if (members.length < 2) return <Avatar id={room.roomId} name={room.name} {...size} />;
  return <GroupAvatar members={members} {...size} />;
}
