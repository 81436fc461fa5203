/** Who may take part in the calls of a group. The event that says so is a setting of the room, which otherwise only admins change. */
import { EventType, type MatrixClient, type Room } from "matrix-js-sdk";
import { CALL_MEMBER } from "../../../protocol/groupCall";
import { changePowers } from "../../../protocol/powers";

interface Levels {
  readonly events?: Readonly<Record<string, number>>;
  readonly events_default?: number;
  readonly state_default?: number;
}

/** Let everybody who may write take part in calls from now on, if one may say so. A call that others cannot join is none. */
export async function letWritersCall(client: MatrixClient, room: Room): Promise<void> {
  const state = room.currentState;
  const levels = state.getStateEvents(EventType.RoomPowerLevels, "")?.getContent<Levels>() ?? {};
  if (opened(levels) === null) return;
  if (!state.maySendStateEvent(EventType.RoomPowerLevels, client.getSafeUserId())) return;
  await changePowers(client, room.roomId, opened);
}

/** Return the levels with calls open to who may write; null: they are. */
function opened(levels: Levels): Levels | null {
  const writing = levels.events_default ?? 0;
  const isOpen = (levels.events?.[CALL_MEMBER] ?? levels.state_default ?? 50) <= writing;
  return isOpen ? null : { ...levels, events: { ...levels.events, [CALL_MEMBER]: writing } };
}
