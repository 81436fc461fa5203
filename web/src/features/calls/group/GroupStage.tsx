import { useEffect } from "react";
import { useClient } from "../../../shell/client";
import { CallSheet } from "../CallSheet";
import { useAwake } from "../useAwake";
import { useReturn } from "../useReturn";
import { groupDeskOf } from "./desk";
import { GroupBar } from "./GroupBar";
import { GroupCall } from "./GroupCall";
import { GroupOver } from "./GroupOver";
import { type GroupNow, useGroupNow } from "./groupNow";
import { Voice } from "./Voice";

/** The group call that this tab is in, over everything else; drawn in, it is a bar above the page. */
export function GroupStage() {
  const client = useClient();
  const now = useGroupNow();
  // The session ends, and the call with it.
  useEffect(() => () => groupDeskOf(client).close(), [client]);
  useReturn(now !== null);
  useAwake(now !== null && now.phase !== "over", now?.tiles.some(({ hasPicture }) => hasPicture) ?? false);
  if (now === null) return null;
  return (
    <>
      {now.voices.map((track) => (
        <Voice key={track.sid ?? track.mediaStreamID} track={track} />
      ))}
      {now.isSmall ? <GroupBar now={now} /> : <Large now={now} />}
    </>
  );
}

function Large({ now }: { now: GroupNow }) {
  const desk = groupDeskOf(useClient());
  const isOver = now.phase === "over";
  return (
    <CallSheet view={isOver ? "over" : "call"} desk={desk}>
      {isOver ? <GroupOver now={now} /> : <GroupCall now={now} />}
    </CallSheet>
  );
}
