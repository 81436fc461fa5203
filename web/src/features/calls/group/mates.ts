/** Who is in a group's call, as they say it in the room. */
import type { MatrixClient, Room } from "matrix-js-sdk";
import { type MatrixRTCSession, MatrixRTCSessionEvent } from "matrix-js-sdk/lib/matrixrtc";
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import type { Mate } from "../../../model/groupCall";
import { sayGone } from "../../../protocol/groupCall";
import { useClient } from "../../../shell/client";

const NOBODY: readonly Mate[] = [];

/** Return who says that they are in the call of a room, the first who came first. */
export function useMates(room: Room): readonly Mate[] {
  const client = useClient();
  const session = useMemo(() => client.matrixRTC.getRoomSession(room), [client, room]);
  const kept = useRef<{ from: unknown; mates: readonly Mate[] }>({ from: null, mates: NOBODY });
  const subscribe = useCallback(
    (changed: () => void) => {
      session.on(MatrixRTCSessionEvent.MembershipsChanged, changed);
      return () => {
        session.off(MatrixRTCSessionEvent.MembershipsChanged, changed);
      };
    },
    [session],
  );
  return useSyncExternalStore(subscribe, () => {
    const { memberships } = session;
    if (kept.current.from !== memberships) kept.current = { from: memberships, mates: matesIn(session) };
    return kept.current.mates;
  });
}

export function matesIn({ memberships }: MatrixRTCSession): readonly Mate[] {
  return memberships.map(({ userId, rtcBackendIdentity: identity }) => ({ userId, identity }));
}

/** Return this device, as it is known in calls. */
export function meIn(client: MatrixClient): Mate {
  const userId = client.getSafeUserId();
  return { userId, identity: `${userId}:${client.getDeviceId()}` };
}

/** Say in a room that this device is in its call no more. */
export function tellGone(client: MatrixClient, roomId: string): void {
  const key = `_${client.getSafeUserId()}_${client.getDeviceId()}_m.call`;
  sayGone(client.getAccessToken() ?? "", roomId, key);
}
