/** Who is in a group's call, for views outside of it. */
import type { MatrixClient, Room } from "matrix-js-sdk";
import { MatrixRTCSessionEvent } from "matrix-js-sdk/lib/matrixrtc";
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import type { Mate } from "../../../model/groupCall";
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
    if (kept.current.from !== memberships) {
      const mates = memberships.map(({ userId, rtcBackendIdentity: identity }) => ({ userId, identity }));
      kept.current = { from: memberships, mates };
    }
    return kept.current.mates;
  });
}

/** Return under which key this device says that it is in a call. */
export function stateKeyOf(client: MatrixClient): string {
  return `_${client.getSafeUserId()}_${client.getDeviceId()}_m.call`;
}
