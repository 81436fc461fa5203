/** The connection to the server that carries a group call. What is in it comes from LiveKit's client; here is how it is set up and read. */
import {
  ConnectionState,
  isE2EESupported,
  LogLevel,
  type Participant,
  type RemoteParticipant,
  Room,
  RoomEvent,
  setLogLevel,
  Track,
} from "livekit-client";
import SealingWorker from "livekit-client/e2ee-worker?worker";
import type { Mate, Present } from "../../../model/groupCall";
import type { CallKeys } from "./keys";

setLogLevel(LogLevel.silent);

const CHANGES = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ConnectionStateChanged,
  RoomEvent.ActiveDeviceChanged,
] as const;

/** Say whether this browser can seal what is sent. */
export const canSeal = (): boolean => isE2EESupported();

interface Listening {
  readonly onChange: () => void;
  /** It has ended, and not because one hung up. */
  readonly onLost: () => void;
}

export class GroupLine {
  readonly room: Room;
  private readonly worker: Worker | null;
  private isLeaving = false;
  /** To whom one sends, as it was last told. */
  private told = "";

  /** `keys`: null where nothing is sealed. */
  constructor(keys: CallKeys | null, { onChange, onLost }: Listening) {
    this.worker = keys === null ? null : new SealingWorker();
    this.room = new Room({
      adaptiveStream: true,
      dynacast: true,
      ...(keys !== null &&
        this.worker !== null && { encryption: { keyProvider: keys, worker: this.worker } }),
    });
    for (const event of CHANGES) this.room.on(event, onChange);
    this.room.on(RoomEvent.Disconnected, () => {
      if (!this.isLeaving) onLost();
    });
  }

  async open(url: string, jwt: string): Promise<void> {
    if (this.worker !== null) await this.room.setE2EEEnabled(true);
    await this.room.connect(url, jwt, { maxRetries: 1 });
  }

  async close(): Promise<void> {
    this.isLeaving = true;
    await this.room.disconnect(true);
    this.worker?.terminate();
  }

  get isOpen(): boolean {
    return this.room.state === ConnectionState.Connected;
  }

  get isReconnecting(): boolean {
    const { state } = this.room;
    return state === ConnectionState.Reconnecting || state === ConnectionState.SignalReconnecting;
  }

  /** Let these people have one's pictures and sound, and nobody else: the server sees to it. */
  sendOnlyTo(mates: readonly Mate[]): void {
    const names = JSON.stringify(mates.map(({ identity }) => identity).sort());
    if (!this.isOpen) this.told = "";
    if (!this.isOpen || names === this.told) return;
    this.told = names;
    this.room.localParticipant.setTrackSubscriptionPermissions(
      false,
      mates.map(({ identity }) => ({ participantIdentity: identity, allowAll: true })),
    );
  }

  present(): Present[] {
    return [this.room.localParticipant, ...this.others()].map((one) => ({
      identity: one.identity,
      isMuted: !one.isMicrophoneEnabled,
      isSpeaking: one.isSpeaking && one.isMicrophoneEnabled,
      hasCamera: pictureOf(one, false) !== undefined,
      hasScreen: pictureOf(one, true) !== undefined,
    }));
  }

  picture(identity: string, isScreen: boolean) {
    const { localParticipant } = this.room;
    const one =
      identity === localParticipant.identity ? localParticipant : this.room.remoteParticipants.get(identity);
    return one === undefined ? undefined : pictureOf(one, isScreen);
  }

  /** What is to be heard of these people. */
  voices(identities: ReadonlySet<string>) {
    return this.others()
      .filter(({ identity }) => identities.has(identity))
      .flatMap((one) => [...one.audioTrackPublications.values()])
      .flatMap(({ audioTrack }) => (audioTrack === undefined ? [] : [audioTrack]));
  }

  private others(): RemoteParticipant[] {
    return [...this.room.remoteParticipants.values()];
  }
}

function pictureOf(one: Participant, isScreen: boolean) {
  const source = isScreen ? Track.Source.ScreenShare : Track.Source.Camera;
  const publication = one.getTrackPublication(source);
  return publication === undefined || publication.isMuted ? undefined : publication.videoTrack;
}
