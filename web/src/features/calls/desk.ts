/** What is done about calls: the one that this tab is in, from the first ring to the last word.
 *
 *  The Matrix SDK carries it (`MatrixCall`); here is who may ring, what is asked of the device, and what is told to the views.
 */
import type { MatrixCall, MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { CallErrorCode } from "matrix-js-sdk/lib/webrtc/call";
import { CallEventHandlerEvent } from "matrix-js-sdk/lib/webrtc/callEventHandler";
import { type Ending, endingOf, isVideo } from "../../model/call";
import { isSealed } from "../../protocol/sealing";
import { shownRefusal } from "../../shell/refusals";
import { doubtAbout } from "../chats/doubts";
import { partnerIn } from "../contacts/people";
import { begun, type CallNow, callNow, isUnderWay, NOTHING, putCall, updateCall } from "./callNow";
import { anew, hangUp, inviteOf, isOver, sayBusy, withdraw } from "./events";
import { isInGroupCall, updateGroup } from "./group/groupNow";
import { Line } from "./line";
import { isLoud } from "./loud";
import { endingOfMedia, type Opened, open } from "./media";
import { OwnDevices } from "./own";

/** Who has no way to each other after so long has none: the SDK would try for ever. */
const CONNECTS_MS = 40_000;

export class CallDesk {
  private line: Line | null = null;
  /** Ends a call that does not come about. */
  private limit: number | null = null;

  constructor(private readonly client: MatrixClient) {}

  /** Take calls from now on; returns what ends that, and the call with it. */
  readonly start = (): (() => void) => {
    this.client.on(CallEventHandlerEvent.Incoming, this.onIncoming);
    // What began to ring while this was on its way.
    for (const call of this.client.callEventHandler?.calls.values() ?? []) {
      if (call.state === "ringing") this.onIncoming(call);
    }
    return () => {
      this.client.off(CallEventHandlerEvent.Incoming, this.onIncoming);
      this.hangUp();
      this.close();
    };
  };

  /** Call somebody. When there is a call already, that one is shown. */
  readonly place = async (roomId: string, userId: string, withCamera: boolean): Promise<void> => {
    if (isUnderWay()) return this.update({ isSmall: false });
    if (isInGroupCall()) return updateGroup({ isSmall: false });
    const asked = begun({ roomId, userId, isOut: true, isVideo: withCamera });
    putCall(asked);
    if (!navigator.onLine) return this.end("offline");
    // A call is given the relays that are known when it is made.
    const [media] = await Promise.all([this.take(withCamera), this.askForRelays()]);
    if (media === null) return;
    const call = callNow()?.callId === asked.callId ? this.client.createCall(roomId) : null;
    if (call === null) return media.close();
    // The other device, called at the same moment, tells by it which of the two calls is the same.
    call.invitee = userId;
    this.hold(call);
    await call.placeCall(true, media.hasCamera);
    media.close();
    this.leaveNothingOpen(call);
  };

  readonly answer = async (withCamera: boolean, isMuted = false): Promise<void> => {
    const { line } = this;
    if (line === null || callNow()?.phase !== "ringing") return;
    this.update({ phase: "connecting", isVideo: withCamera });
    // Who shows no picture is shown none before they ask for one.
    const isShown = withCamera && line.call.hasRemoteUserMediaVideoTrack;
    let media: Opened;
    try {
      [media] = await Promise.all([open(isShown), this.askForRelays()]);
    } catch (error) {
      // It goes on ringing: another device may answer, or this one when its microphone is free.
      if (this.line === line)
        this.update({ phase: "ringing", trouble: `calls.over.${endingOfMedia(error)}_hint` });
      return;
    }
    if (this.line !== line) return media.close();
    this.sayCamera(isShown, media);
    line.answer(this.client, media.stream, isMuted);
  };

  readonly decline = (): void => {
    const { line } = this;
    this.close();
    if (line?.call.state === "ringing") line.call.reject();
    else if (line !== null) hangUp(this.client, line.call);
  };

  readonly hangUp = (): void => {
    const { line } = this;
    if (line === null) this.close();
    else if (line.call.state === "ringing") this.decline();
    else hangUp(this.client, line.call);
  };

  readonly own = new OwnDevices({
    line: () => this.line,
    onChange: () => this.tell(),
    onOpened: (call) => this.leaveNothingOpen(call),
    hangUp: this.hangUp,
  });

  readonly update = updateCall;

  /** Put the call away, whatever it is. */
  readonly close = (): void => {
    this.letGo();
    putCall(null);
  };

  readonly statistics = (): Promise<RTCStatsReport> | undefined => this.line?.call.peerConn?.getStats();

  private readonly onIncoming = (call: MatrixCall): void => {
    const invite = inviteOf(this.client, call);
    const from = invite?.getSender();
    // Only whom one chats with, one to one, can make it ring. The others' calls end by themselves.
    if (invite === null || from === undefined || from !== partnerIn(this.client, call.roomId)) return;
    if (this.client.isUserIgnored(from) || isOver(this.client, call, invite)) return;
    const now = callNow();
    const isSame = now?.roomId === call.roomId;
    // Who calls again was cut off: that call is over for them.
    const wasCutOff = isSame && (now?.phase === "talking" || now?.phase === "reconnecting");
    const isOther =
      isUnderWay() && !wasCutOff && !(isSame && (now?.phase === "asking" || now?.phase === "ringing"));
    if (isInGroupCall() || isOther) {
      sayBusy(this.client, call);
      return;
    }
    const isBoth = isSame && now?.phase === "asking";
    const isWithCamera = wasCutOff ? now?.mine.hasCamera : now?.isVideo;
    const isMuted = now?.mine.isMuted ?? false;
    if (wasCutOff) this.line?.call.hangup(CallErrorCode.NewSession, false);
    this.close();
    const withCamera = isVideo(invite.getContent());
    putCall({
      ...begun({ roomId: call.roomId, userId: from, isOut: false, isVideo: withCamera }),
      inviteId: invite.getId() ?? null,
      phase: "ringing",
      isLoud: isLoud(this.client, call.roomId),
    });
    this.hold(call);
    // Both want to talk, or talked: nobody has to answer. Who had muted themselves still is.
    if (isBoth || wasCutOff) void this.answerByItself(invite, isWithCamera ?? false, isMuted);
  };

  /** Answer, unless it may be somebody else who calls now: then it rings, and what there is to doubt is said. */
  private async answerByItself(invite: MatrixEvent, withCamera: boolean, isMuted: boolean): Promise<void> {
    const { line } = this;
    this.update({ phase: "connecting" });
    // What cannot be found out is not certain.
    const isCertain = await this.isCertain(invite).catch(() => false);
    if (this.line !== line) return;
    this.update({ phase: "ringing" });
    if (isCertain) await this.answer(withCamera, isMuted);
  }

  /** Say whether nothing speaks against it that they call who are said to. In an open chat, their server's word is all that there is. */
  private async isCertain(invite: MatrixEvent): Promise<boolean> {
    const doubt = await doubtAbout(this.client, invite);
    if (doubt !== null) return doubt === "none";
    return !(await isSealed(this.client, invite.getRoomId() ?? ""));
  }

  private async take(withCamera: boolean): Promise<Opened | null> {
    const asked = callNow()?.callId;
    try {
      const media = await open(withCamera);
      if (callNow()?.callId === asked) this.sayCamera(withCamera, media);
      return media;
    } catch (error) {
      if (callNow()?.callId === asked) this.end(endingOfMedia(error));
      return null;
    }
  }

  private sayCamera(isWanted: boolean, { hasCamera }: Opened): void {
    this.update({ trouble: isWanted && !hasCamera ? "calls.camera_refused" : null });
  }

  private hold(call: MatrixCall): void {
    this.letGo();
    this.line = new Line(call, {
      onChange: this.tell,
      onReplaced: (next) => this.hold(next),
      onAnswerLost: () => void this.ringAnew(call),
      onGone: (track) => void this.own.gone(track),
    });
    this.tell();
  }

  /** Let a call ring on that was answered in vain: it can be answered once more, here or on another device. */
  private async ringAnew(call: MatrixCall): Promise<void> {
    withdraw(this.client, call);
    const next = await anew(this.client, call);
    if (this.line?.call !== call) return;
    if (next === null) return this.end("failed");
    this.hold(next);
    this.update({ phase: "ringing", trouble: "calls.answer_lost" });
  }

  /** Without them it is tried all the same. */
  private async askForRelays(): Promise<void> {
    await this.client.checkTurnServers().catch(() => undefined);
  }

  private letGo(): void {
    this.line?.letGo();
    this.line = null;
    this.mayConnect(false);
  }

  /** Begin to wait for a connection, or wait no more. */
  private mayConnect(isConnecting: boolean): void {
    if (!isConnecting && this.limit !== null) {
      window.clearTimeout(this.limit);
      this.limit = null;
    } else if (isConnecting && this.limit === null) {
      const end = () => this.line?.call.hangup(CallErrorCode.IceFailed, false);
      this.limit = window.setTimeout(end, CONNECTS_MS);
    }
  }

  /** Close what the SDK opened for a call that ended meanwhile: it leaves the microphone, camera or screen open. */
  private readonly leaveNothingOpen = (call: MatrixCall): void => {
    const isAnother = this.line !== null && this.line.call !== call;
    if (call.state === "ended" && !isAnother) this.client.getMediaHandler().stopAllStreams();
  };

  private readonly tell = (): void => {
    const { line } = this;
    const now = callNow();
    if (line === null || now === null) return;
    const phase = line.phase(now.isOut);
    if (phase === "over") {
      this.over(line, now);
      return;
    }
    this.mayConnect(phase === "connecting" && line.since === null);
    // Answering has begun when it is pressed, and not when the camera is open.
    const isAnswering = phase === "ringing" && now.phase === "connecting";
    putCall({
      ...now,
      phase: isAnswering ? now.phase : phase,
      since: line.since,
      mine: line.side(true),
      theirs: line.side(false),
      isHeld: line.isHeld,
    });
  };

  private over(line: Line, now: CallNow): void {
    withdraw(this.client, line.call);
    this.client.getMediaHandler().stopAllStreams();
    const ending = endingOf({
      reason: line.call.hangupReason,
      isByMe: line.call.hangupParty === "local",
      isOut: now.isOut,
      wasConnected: line.since !== null,
    });
    // A decision that refused it is being explained already.
    if (ending === null || (ending === "failed" && shownRefusal() !== null)) this.close();
    else this.end(ending);
  }

  private end(ending: Ending): void {
    this.letGo();
    this.update({ phase: "over", ending, isSmall: false, isHeld: false, mine: NOTHING, theirs: NOTHING });
  }
}

const desks = new WeakMap<MatrixClient, CallDesk>();

/** Return the one desk of a session. */
export function deskOf(client: MatrixClient): CallDesk {
  const desk = desks.get(client) ?? new CallDesk(client);
  desks.set(client, desk);
  return desk;
}
