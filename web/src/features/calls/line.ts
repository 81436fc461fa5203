/** One call of the Matrix SDK: what changes in it, and what each side sends. */
import { CallEvent, CallFeedEvent, type MatrixCall, type MatrixClient } from "matrix-js-sdk";
import { type CallError, CallErrorCode } from "matrix-js-sdk/lib/webrtc/call";
import { SDPStreamMetadataPurpose } from "matrix-js-sdk/lib/webrtc/callEventTypes";
import { CallFeed } from "matrix-js-sdk/lib/webrtc/callFeed";
import { type Phase, phaseOf } from "../../model/call";
import type { Side } from "./callNow";
import { openDevices, type Wanted } from "./media";

interface Heard {
  readonly onChange: () => void;
  /** Both sides called at once, and the other's call goes on. */
  readonly onReplaced: (next: MatrixCall) => void;
  /** What one answered did not go out. */
  readonly onAnswerLost: () => void;
  /** A microphone or camera was unplugged, or taken away: nothing comes from it any more. */
  readonly onGone: (track: MediaStreamTrack) => void;
}

const CHANGES = [CallEvent.State, CallEvent.FeedsChanged, CallEvent.LocalHoldUnhold] as const;
const FEED_CHANGES = [CallFeedEvent.MuteStateChanged, CallFeedEvent.NewStream] as const;

export class Line {
  /** Since when both sides hear each other. */
  since: number | null = null;
  private readonly feeds = new Set<CallFeed>();

  constructor(
    readonly call: MatrixCall,
    private readonly heard: Heard,
  ) {
    for (const event of CHANGES) call.on(event, this.changed);
    call.on(CallEvent.Replaced, heard.onReplaced);
    call.on(CallEvent.Error, this.failed);
    this.listen();
  }

  letGo(): void {
    for (const event of CHANGES) this.call.off(event, this.changed);
    this.call.off(CallEvent.Replaced, this.heard.onReplaced);
    this.call.off(CallEvent.Error, this.failed);
    // The SDK throws when nobody listens to what goes wrong, even in a call that is put away.
    this.call.on(CallEvent.Error, () => undefined);
    for (const feed of this.feeds) for (const event of FEED_CHANGES) feed.off(event, this.heard.onChange);
  }

  phase(isOut: boolean): Phase {
    return phaseOf(this.call.state, isOut, this.since !== null);
  }

  /** Whether the other side holds the call: this side is the one that is not listened to. */
  get isHeld(): boolean {
    return this.call.isLocalOnHold();
  }

  side(isMine: boolean): Side {
    const { call } = this;
    const feed = isMine ? call.localUsermediaFeed : call.remoteUsermediaFeed;
    const screen = isMine ? call.localScreensharingFeed : call.remoteScreensharingFeed;
    return {
      isMuted: feed?.isAudioMuted() ?? false,
      hasCamera: feed !== undefined && !feed.isVideoMuted(),
      face: feed?.stream ?? null,
      screen: screen !== undefined && !screen.isVideoMuted() ? screen.stream : null,
    };
  }

  /** Answer with what was opened, and nothing else. Who is muted says nothing from the first moment on.
   *
   *  The SDK's own way opens the camera, whatever it is told, when an older client shows a picture.
   */
  answer(client: MatrixClient, stream: MediaStream, isMuted: boolean): void {
    const { call } = this;
    // The SDK tells the other side of it alone.
    for (const track of stream.getAudioTracks()) track.enabled = !isMuted;
    // It was given the relays that were known when it came. Nothing looks for a way before this.
    call.peerConn?.setConfiguration({
      ...call.peerConn.getConfiguration(),
      iceServers: client.getTurnServers(),
    });
    const feed = new CallFeed({
      client,
      roomId: call.roomId,
      userId: client.getSafeUserId(),
      deviceId: client.getDeviceId() ?? undefined,
      stream,
      purpose: SDPStreamMetadataPurpose.Usermedia,
      audioMuted: isMuted,
      videoMuted: false,
    });
    call.answerWithCallFeeds([feed]);
  }

  /** Open other devices, and send what they give from now on.
   *
   *  The SDK's own way may give tracks that it has ended itself, when the devices were changed before.
   */
  async retake(wanted: Wanted): Promise<void> {
    const media = await openDevices(wanted);
    if (this.call.state === "ended") for (const track of media.getTracks()) track.stop();
    else await this.call.updateLocalUsermediaStream(media);
    this.watch();
  }

  /** Take away what comes no more, and tell the other side: it is muted, or shows no picture. */
  async drop(track: MediaStreamTrack): Promise<void> {
    this.call.localUsermediaStream?.removeTrack(track);
    await this.call.sendMetadataUpdate();
  }

  async share(isOn: boolean): Promise<void> {
    await this.call.setScreensharingEnabled(isOn);
    const [track] = this.call.localScreensharingStream?.getVideoTracks() ?? [];
    // The browser has a button of its own that ends it.
    if (isOn) track?.addEventListener("ended", () => void this.call.setScreensharingEnabled(false));
  }

  private readonly changed = (): void => {
    if (this.call.state === "connected") this.since ??= Date.now();
    this.listen();
    this.heard.onChange();
  };

  private readonly failed = (error: CallError): void => {
    if (error.code === CallErrorCode.SendAnswer) this.heard.onAnswerLost();
    this.changed();
  };

  private listen(): void {
    for (const feed of this.call.getFeeds()) {
      if (this.feeds.has(feed)) continue;
      this.feeds.add(feed);
      for (const event of FEED_CHANGES) feed.on(event, this.heard.onChange);
    }
    this.watch();
  }

  /** What is closed here says nothing when it ends. */
  private watch(): void {
    for (const track of this.call.localUsermediaStream?.getTracks() ?? []) {
      track.onended = () => this.heard.onGone(track);
    }
  }
}
