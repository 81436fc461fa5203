import "./calls.css";
// With what is fetched when one joins, it would be missing for good after a first time that failed: a style sheet is asked for once.
import "./group/group.css";
import { useEffect } from "react";
import { useClient } from "../../shell/client";
import { CallBar } from "./CallBar";
import { CallOver } from "./CallOver";
import { CallSheet } from "./CallSheet";
import { type CallNow, useCallNow } from "./callNow";
import { deskOf } from "./desk";
import { GroupRing } from "./group/GroupRing";
import { InCall } from "./InCall";
import { IncomingCall } from "./IncomingCall";
import { TheirVoice } from "./TheirVoice";
import { useAwake } from "./useAwake";
import { useReturn } from "./useReturn";
import { useRinging } from "./useRinging";

/** What rings, and the call that this tab is in. */
export function CallStage() {
  return (
    <>
      <GroupRing />
      <OwnCall />
    </>
  );
}

/** A call, over everything else; drawn in, it is a bar above the page. */
function OwnCall() {
  const client = useClient();
  const now = useCallNow();
  useEffect(() => deskOf(client).start(), [client]);
  useRinging(now);
  useReturn(now !== null);
  useAwake(now !== null && now.phase !== "over", now?.theirs.hasCamera ?? false);
  if (now === null) return null;
  return (
    <>
      <TheirVoice stream={now.theirs.face} speaker={now.speaker} />
      <TheirVoice stream={now.theirs.screen} speaker={now.speaker} />
      {now.isSmall ? <CallBar now={now} /> : <Large now={now} />}
    </>
  );
}

function Large({ now }: { now: CallNow }) {
  const desk = deskOf(useClient());
  const view = now.phase === "ringing" ? "ringing" : now.phase === "over" ? "over" : "call";
  return (
    <CallSheet view={view} desk={desk}>
      {view === "ringing" && <IncomingCall now={now} />}
      {view === "call" && <InCall now={now} />}
      {view === "over" && <CallOver now={now} />}
    </CallSheet>
  );
}
