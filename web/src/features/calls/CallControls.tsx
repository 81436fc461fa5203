import { Mic, MicOff, MonitorUp, PhoneOff, Settings2, SwitchCamera, Video, VideoOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "../../shell/client";
import type { CallNow } from "./callNow";
import { DevicesSheet } from "./DevicesSheet";
import { deskOf } from "./desk";
import { canShareScreen, deviceOf } from "./media";
import { RoundButton } from "./RoundButton";
import { useDevices } from "./useDevices";

/** What one can do in a call. Before the other has answered, hanging up is all. */
export function CallControls({ now }: { now: CallNow }) {
  const { t } = useTranslation();
  const desk = deskOf(useClient());
  const [choosing, setChoosing] = useState(false);
  const { mine } = now;
  const isOpen = now.phase === "talking" || now.phase === "reconnecting";
  const isSharing = mine.screen !== null;
  return (
    <div className="call-buttons" role="toolbar" aria-label={t("calls.call")}>
      {isOpen && (
        <>
          <RoundButton
            icon={mine.isMuted ? MicOff : Mic}
            label={t(mine.isMuted ? "calls.unmute" : "calls.mute")}
            isOn={mine.isMuted}
            onPress={() => void desk.mute(!mine.isMuted)}
          />
          <RoundButton
            icon={mine.hasCamera ? Video : VideoOff}
            label={t(mine.hasCamera ? "calls.camera_off" : "calls.camera_on")}
            isOn={!mine.hasCamera}
            onPress={() => void desk.showCamera(!mine.hasCamera)}
          />
          {mine.hasCamera && <TurnButton face={mine.face} />}
          {canShareScreen() && (
            <RoundButton
              icon={MonitorUp}
              label={t(isSharing ? "calls.stop_sharing" : "calls.share")}
              isOn={isSharing}
              onPress={() => void desk.share(!isSharing)}
            />
          )}
          <RoundButton icon={Settings2} label={t("calls.devices")} onPress={() => setChoosing(true)} />
        </>
      )}
      <RoundButton icon={PhoneOff} label={t("calls.hang_up")} look="danger" onPress={desk.hangUp} />
      {choosing && <DevicesSheet now={now} onClose={() => setChoosing(false)} />}
    </div>
  );
}

/** To the next camera, on a device with several: a phone has one on each side. */
function TurnButton({ face }: { face: MediaStream | null }) {
  const { t } = useTranslation();
  const desk = deskOf(useClient());
  const cameras = useDevices("videoinput");
  if (cameras.length < 2) return null;
  const used = deviceOf(face?.getVideoTracks());
  const next = cameras[(cameras.findIndex(({ id }) => id === used) + 1) % cameras.length];
  return (
    <RoundButton
      icon={SwitchCamera}
      label={t("calls.turn")}
      onPress={() => next && void desk.use("videoinput", next.id)}
    />
  );
}
