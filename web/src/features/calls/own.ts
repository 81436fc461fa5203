/** One's own microphone, camera, screen and speaker in a call of two. */
import type { MatrixCall } from "matrix-js-sdk";
import { callNow, updateCall } from "./callNow";
import type { Devices } from "./devices";
import type { Line } from "./line";
import { deviceOf, type Kind, type Wanted } from "./media";

interface Desk {
  readonly line: () => Line | null;
  readonly onChange: () => void;
  /** Something was opened, and took its time. */
  readonly onOpened: (call: MatrixCall) => void;
  readonly hangUp: () => void;
}

export class OwnDevices implements Devices {
  /** The camera that was chosen last; empty: none was. */
  private camera = "";

  constructor(private readonly desk: Desk) {}

  readonly hangUp = (): void => this.desk.hangUp();

  readonly mute = async (isMuted: boolean): Promise<void> => {
    const { face, hasCamera } = callNow()?.mine ?? {};
    if (!isMuted && face?.getAudioTracks().length === 0) {
      const camera = hasCamera ? deviceOf(face.getVideoTracks()) : null;
      if (!(await this.retake({ mic: "", camera }))) return;
    }
    await this.call?.setMicrophoneMuted(isMuted);
    this.desk.onChange();
  };

  readonly showCamera = async (isOn: boolean): Promise<void> => {
    const face = callNow()?.mine.face;
    if (isOn && !face?.getVideoTracks().length) {
      const isThere = await this.retake({ mic: deviceOf(face?.getAudioTracks()), camera: this.camera });
      if (!isThere) return;
    }
    await this.call?.setLocalVideoMuted(!isOn);
    this.desk.onChange();
  };

  readonly share = async (isOn: boolean): Promise<void> => {
    const line = this.desk.line();
    await line?.share(isOn);
    if (line !== null) this.desk.onOpened(line.call);
    this.desk.onChange();
  };

  /** Use another microphone, camera or speaker from now on. */
  readonly use = async (kind: Kind, id: string): Promise<void> => {
    if (kind === "audiooutput") return updateCall({ speaker: id });
    const mine = callNow()?.mine;
    const video = mine?.face?.getVideoTracks() ?? [];
    const isCamera = kind === "videoinput";
    // A phone opens one camera at a time.
    if (isCamera) for (const track of video) track.stop();
    const mic = isCamera ? deviceOf(mine?.face?.getAudioTracks()) : id;
    const camera = isCamera ? id : mine?.hasCamera ? deviceOf(video) : null;
    const isThere = await this.retake({ mic, camera });
    if (isThere && isCamera) this.camera = id;
    if (!isThere && isCamera) await this.call?.setLocalVideoMuted(true);
    this.desk.onChange();
  };

  /** Go on without what was unplugged: with the microphone that the browser takes then, or with none, which is said. */
  readonly gone = async (track: MediaStreamTrack): Promise<void> => {
    const line = this.desk.line();
    const isMic = track.kind === "audio";
    if (line === null || (isMic && (await this.retakeMic()))) return;
    if (!isMic) this.camera = "";
    const told = line.drop(track);
    // Drawn in, there is no room to say so.
    updateCall({ trouble: isMic ? "calls.mic_gone" : "calls.camera_gone", isSmall: false });
    this.desk.onChange();
    await told;
  };

  /** What was unplugged may have been the camera as well. */
  private async retakeMic(): Promise<boolean> {
    const mine = callNow()?.mine;
    const camera = mine?.hasCamera ? deviceOf(mine.face?.getVideoTracks()) : null;
    return (
      (await this.retake({ mic: "", camera })) ||
      (camera !== null && (await this.retake({ mic: "", camera: null })))
    );
  }

  /** Open other devices in the place of those that are open; false: it cannot be done, and that is said. */
  private async retake(wanted: Wanted): Promise<boolean> {
    try {
      await this.desk.line()?.retake(wanted);
      updateCall({ trouble: null });
      return true;
    } catch {
      updateCall({ trouble: wanted.camera === null ? "calls.mic_refused" : "calls.camera_refused" });
      return false;
    }
  }

  private get call(): MatrixCall | undefined {
    return this.desk.line()?.call;
  }
}
