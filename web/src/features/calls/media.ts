/** Microphones, cameras and speakers of this device. */
import type { Ending } from "../../model/call";

export type Kind = "audioinput" | "videoinput" | "audiooutput";

/** What was asked for is there, or the microphone alone. */
export interface Opened {
  readonly stream: MediaStream;
  readonly hasCamera: boolean;
  readonly close: () => void;
}

/** Ask for the microphone, and the camera with it, before a call does: here it is known what went wrong.
 *
 *  Where the Matrix SDK asks once more, it is given the same. It never gets over having been refused.
 */
export async function open(withCamera: boolean): Promise<Opened> {
  const media = withCamera ? await both() : await take({ audio: true });
  return {
    stream: media,
    hasCamera: media.getVideoTracks().length > 0,
    close: () => {
      for (const track of media.getTracks()) track.stop();
    },
  };
}

/** Without a camera one can talk all the same. */
async function both(): Promise<MediaStream> {
  try {
    return await take({ audio: true, video: true });
  } catch {
    return await take({ audio: true });
  }
}

async function take(what: MediaStreamConstraints): Promise<MediaStream> {
  return await navigator.mediaDevices.getUserMedia(what);
}

/** Which devices a call is to go through; an empty id: whichever the browser takes, null: none. */
export interface Wanted {
  readonly mic: string;
  readonly camera: string | null;
}

export async function openDevices({ mic, camera }: Wanted): Promise<MediaStream> {
  return await take({ audio: constraint(mic), video: camera === null ? false : constraint(camera) });
}

function constraint(id: string): boolean | MediaTrackConstraints {
  return id === "" ? true : { deviceId: { exact: id } };
}

/** Return the id of the device that a track comes from. */
export function deviceOf(tracks: readonly MediaStreamTrack[] | undefined): string {
  return tracks?.[0]?.getSettings().deviceId ?? "";
}

/** Return what is to be said when there is no microphone. */
export function endingOfMedia(error: unknown): Ending {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "mic_refused";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "mic_missing" : "mic_taken";
}

export interface Device {
  readonly id: string;
  readonly name: string;
}

/** Return the devices of a kind; one that the browser does not name has an empty name. */
export async function devicesOf(kind: Kind): Promise<Device[]> {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all
    .filter((one) => one.kind === kind && one.deviceId !== "")
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

export const canShareScreen = (): boolean => "getDisplayMedia" in (navigator.mediaDevices ?? {});

export const canChooseSpeaker = (): boolean => "setSinkId" in HTMLMediaElement.prototype;
