import { useClient } from "../../shell/client";
import { PersonPicture } from "../contacts/PersonPicture";
import { CallControls } from "./CallControls";
import { CallHead } from "./CallHead";
import { CallState } from "./CallState";
import type { CallNow } from "./callNow";
import { deskOf } from "./desk";
import { LivePicture } from "./LivePicture";
import { deviceOf } from "./media";
import { OwnPicture } from "./OwnPicture";
import { useNameOf } from "./usePartner";

/** A call that goes on: the other's picture, one's own in a corner, and what can be done. */
export function InCall({ now }: { now: CallNow }) {
  const desk = deskOf(useClient());
  const name = useNameOf(now.userId);
  const { mine, theirs } = now;
  const shown = theirs.screen ?? (theirs.hasCamera ? theirs.face : null);
  return (
    <div className={shown === null ? "call-live" : "call-live pictured"}>
      {shown !== null && <LivePicture stream={shown} isWhole={theirs.screen !== null} />}
      <CallHead name={name} onSmaller={() => desk.update({ isSmall: true })}>
        <CallState now={now} name={name} />
      </CallHead>
      <div className="call-space">
        {shown === null && (
          <div className="call-who">
            <PersonPicture userId={now.userId} name={name} large />
          </div>
        )}
        {(mine.screen !== null || mine.hasCamera) && mine.face !== null && (
          <OwnPicture
            stream={mine.hasCamera ? mine.face : (mine.screen ?? mine.face)}
            isScreen={!mine.hasCamera}
          />
        )}
      </div>
      <CallControls
        isOpen={now.phase === "talking" || now.phase === "reconnecting"}
        own={{
          isMuted: mine.isMuted,
          hasCamera: mine.hasCamera,
          isSharing: mine.screen !== null,
          mic: deviceOf(mine.face?.getAudioTracks()),
          camera: deviceOf(mine.face?.getVideoTracks()),
          speaker: now.speaker,
        }}
        devices={desk.own}
      />
    </div>
  );
}
