import { Mic, MicOff, MonitorUp, PhoneOff, Settings2, SwitchCamera, Video, VideoOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DevicesSheet } from "./DevicesSheet";
import type { Devices, Own } from "./devices";
import { canShareScreen } from "./media";
import { RoundButton } from "./RoundButton";
import { useDevices } from "./useDevices";

interface CallControlsProps {
  /** There is something to be heard. Before that, hanging up is all one can do. */
  isOpen: boolean;
  own: Own;
  devices: Devices;
}

/** What one can do in a call. */
export function CallControls({ isOpen, own, devices }: CallControlsProps) {
  const { t } = useTranslation();
  const [choosing, setChoosing] = useState(false);
  const { isMuted, hasCamera, isSharing } = own;
  return (
    <div className="call-buttons" role="toolbar" aria-label={t("calls.call")}>
      {isOpen && (
        <>
          <RoundButton
            icon={isMuted ? MicOff : Mic}
            label={t(isMuted ? "calls.unmute" : "calls.mute")}
            isOn={isMuted}
            onPress={() => void devices.mute(!isMuted)}
          />
          <RoundButton
            icon={hasCamera ? Video : VideoOff}
            label={t(hasCamera ? "calls.camera_off" : "calls.camera_on")}
            isOn={!hasCamera}
            onPress={() => void devices.showCamera(!hasCamera)}
          />
          {hasCamera && <TurnButton camera={own.camera} devices={devices} />}
          {canShareScreen() && (
            <RoundButton
              icon={MonitorUp}
              label={t(isSharing ? "calls.stop_sharing" : "calls.share")}
              isOn={isSharing}
              onPress={() => void devices.share(!isSharing)}
            />
          )}
          <RoundButton icon={Settings2} label={t("calls.devices")} onPress={() => setChoosing(true)} />
        </>
      )}
      <RoundButton icon={PhoneOff} label={t("calls.hang_up")} look="danger" onPress={devices.hangUp} />
      {choosing && <DevicesSheet own={own} devices={devices} onClose={() => setChoosing(false)} />}
    </div>
  );
}

/** To the next camera, on a device with several: a phone has one on each side. */
function TurnButton({ camera, devices }: { camera: string; devices: Devices }) {
  const { t } = useTranslation();
  const cameras = useDevices("videoinput");
  if (cameras.length < 2) return null;
  const next = cameras[(cameras.findIndex(({ id }) => id === camera) + 1) % cameras.length];
  return (
    <RoundButton
      icon={SwitchCamera}
      label={t("calls.turn")}
      onPress={() => next && void devices.use("videoinput", next.id)}
    />
  );
}
