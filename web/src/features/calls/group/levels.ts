/** Who may take part in the calls of a group. The event that says so is a setting of the room, which otherwise only admins change. */
import { EventType, type MatrixClient, type Room } from "matrix-js-sdk";
import { CALL_MEMBER } from "../../../protocol/groupCall";

interface Levels {
  readonly events?: Readonly<Record<string, number>>;
  readonly events_default?: number;
  readonly state_default?: number;
}

/** Let everybody who may write take part in calls from now on, if one may say so. A call that others cannot join is none. */
export async function letWritersCall(client: MatrixClient, room: Room): Promise<void> {
  const state = room.currentState;
  const levels = state.getStateEvents(EventType.RoomPowerLevels, "")?.getContent<Levels>() ?? {};
  const writing = levels.events_default ?? 0;
  const isOpen = (levels.events?.[CALL_MEMBER] ?? levels.state_default ?? 50) <= writing;
  if (isOpen || !state.maySendStateEvent(EventType.RoomPowerLevels, client.getSafeUserId())) return;
  const opened = { ...levels, events: { ...levels.events, [CALL_MEMBER]: writing } };
  await client.sendStateEvent(room.roomId, EventType.RoomPowerLevels, opened as never, "");
}
