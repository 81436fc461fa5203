import { useClient } from "../../shell/client";
import { Avatar } from "../../widgets/Avatar";
import { RoomPicture } from "./RoomPicture";

/** The picture in a row of the list of chats. */
export function ChatPicture({ roomId, name }: { roomId: string; name: string }) {
  const room = useClient().getRoom(roomId);
  return room === null ? <Avatar id={roomId} name={name} /> : <RoomPicture room={room} />;
}
