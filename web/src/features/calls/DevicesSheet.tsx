import { useTranslation } from "react-i18next";
import { Choice } from "../../widgets/Choice";
import { Sheet } from "../../widgets/Sheet";
import type { Devices, Own } from "./devices";
import { canChooseSpeaker, type Device } from "./media";
import { useDevices } from "./useDevices";

interface DevicesSheetProps {
  own: Own;
  devices: Devices;
  onClose: () => void;
}

/** Which microphone, camera and speaker a call goes through. */
export function DevicesSheet({ own, devices, onClose }: DevicesSheetProps) {
  const { t } = useTranslation();
  const mics = useDevices("audioinput");
  const cameras = useDevices("videoinput");
  const speakers = useDevices("audiooutput");
  const named = (found: readonly Device[]) =>
    found.map(({ id, name }, index) => [id, name || t("calls.unnamed", { number: index + 1 })] as const);
  return (
    <Sheet title={t("calls.devices")} isOpen onClose={onClose}>
      <Choice
        label={t("calls.mic")}
        options={named(mics)}
        value={own.mic}
        onChange={(id) => void devices.use("audioinput", id)}
      />
      {own.hasCamera && (
        <Choice
          label={t("calls.camera")}
          options={named(cameras)}
          value={own.camera}
          onChange={(id) => void devices.use("videoinput", id)}
        />
      )}
      {canChooseSpeaker() && (
        <Choice
          label={t("calls.speaker")}
          options={[["", t("calls.system")], ...named(speakers.filter(({ id }) => id !== "default"))]}
          value={own.speaker}
          onChange={(id) => void devices.use("audiooutput", id)}
        />
      )}
    </Sheet>
  );
}
