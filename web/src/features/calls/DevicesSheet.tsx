import { useTranslation } from "react-i18next";
import { useClient } from "../../shell/client";
import { Choice } from "../../widgets/Choice";
import { Sheet } from "../../widgets/Sheet";
import type { CallNow } from "./callNow";
import { deskOf } from "./desk";
import { canChooseSpeaker, type Device, deviceOf } from "./media";
import { useDevices } from "./useDevices";

/** Which microphone, camera and speaker a call goes through. */
export function DevicesSheet({ now, onClose }: { now: CallNow; onClose: () => void }) {
  const { t } = useTranslation();
  const desk = deskOf(useClient());
  const mics = useDevices("audioinput");
  const cameras = useDevices("videoinput");
  const speakers = useDevices("audiooutput");
  const { face } = now.mine;
  const named = (devices: readonly Device[]) =>
    devices.map(({ id, name }, index) => [id, name || t("calls.unnamed", { number: index + 1 })] as const);
  return (
    <Sheet title={t("calls.devices")} isOpen onClose={onClose}>
      <Choice
        label={t("calls.mic")}
        options={named(mics)}
        value={deviceOf(face?.getAudioTracks())}
        onChange={(id) => void desk.use("audioinput", id)}
      />
      {now.mine.hasCamera && (
        <Choice
          label={t("calls.camera")}
          options={named(cameras)}
          value={deviceOf(face?.getVideoTracks())}
          onChange={(id) => void desk.use("videoinput", id)}
        />
      )}
      {canChooseSpeaker() && (
        <Choice
          label={t("calls.speaker")}
          options={[["", t("calls.system")], ...named(speakers.filter(({ id }) => id !== "default"))]}
          value={now.speaker}
          onChange={(speaker) => desk.update({ speaker })}
        />
      )}
    </Sheet>
  );
}
