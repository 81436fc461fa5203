/** The one group call that this tab is in, for every view that shows something of it. */
import type { LocalAudioTrack, LocalVideoTrack, RemoteAudioTrack, RemoteVideoTrack } from "livekit-client";
import type { Tile } from "../../../model/groupCall";
import { newBoard } from "../../../shell/board";
import type { Own } from "../devices";

export type GroupPhase = "asking" | "connecting" | "talking" | "reconnecting" | "over";

/** Why it did not go on: a key of words. */
export type GroupEnding =
  | "offline"
  | "mic_refused"
  | "mic_missing"
  | "mic_taken"
  | "not_let_in"
  | "no_carrier"
  | "old_browser"
  | "unreachable"
  | "lost";

export type Picture = LocalVideoTrack | RemoteVideoTrack;
export type Sound = LocalAudioTrack | RemoteAudioTrack;

export interface GroupNow extends Own {
  readonly callId: string;
  readonly roomId: string;
  readonly phase: GroupPhase;
  readonly ending: GroupEnding | null;
  readonly isVideo: boolean;
  /** Pictures and sound are sealed for those in the call alone: or, before it is connected, nothing tells that they will not be. */
  readonly isSealed: boolean;
  /** Unix milliseconds, by this device's clock. */
  readonly since: number | null;
  readonly tiles: readonly Tile[];
  /** By the tiles' ids. */
  readonly pictures: ReadonlyMap<string, Picture>;
  readonly voices: readonly Sound[];
  readonly strangers: number;
  readonly trouble: string | null;
  readonly isSmall: boolean;
}

export const { put: putGroup, get: groupNow, use: useGroupNow } = newBoard<GroupNow | null>(null);

export function begunGroup(what: Pick<GroupNow, "roomId" | "isVideo">): GroupNow {
  return {
    ...what,
    isSealed: true,
    callId: crypto.randomUUID(),
    phase: "asking",
    ending: null,
    since: null,
    isMuted: false,
    hasCamera: false,
    isSharing: false,
    tiles: [],
    pictures: new Map(),
    voices: [],
    strangers: 0,
    trouble: null,
    isSmall: false,
    mic: "",
    camera: "",
    speaker: "",
  };
}

/** Change something about the call, if there is one. */
export function updateGroup(part: Partial<GroupNow>): void {
  const now = groupNow();
  if (now !== null) putGroup({ ...now, ...part });
}

export function isInGroupCall(): boolean {
  const now = groupNow();
  return now !== null && now.phase !== "over";
}
