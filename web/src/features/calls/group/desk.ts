/** What is done about group calls: the one that this tab is in, from the first press to hanging up.
 *
 *  Who is in it stands in the room (`MatrixRTCSession` of the Matrix SDK); pictures and sound go through a server (`line.ts`).
 */
import type { MatrixClient, Room as MatrixRoom } from "matrix-js-sdk";
import {
  type CallMembership,
  type MatrixRTCSession,
  MatrixRTCSessionEvent,
} from "matrix-js-sdk/lib/matrixrtc";
import { type Mate, strangersIn, tilesOf } from "../../../model/groupCall";
import { type Carrier, carrierOf, entrance, sayGone } from "../../../protocol/groupCall";
import { Unreachable } from "../../../protocol/http";
import { tellRefusal } from "../../../shell/refusals";
import { isUnderWay } from "../callNow";
import { endingOfMedia, open } from "../media";
import { begunGroup, type GroupEnding, type GroupNow, groupNow, isInGroupCall, putGroup } from "./groupNow";
import { CallKeys, SealedKeys } from "./keys";
import { letWritersCall } from "./levels";
import { canSeal, GroupLine } from "./line";
import { stateKeyOf } from "./mates";

/** For so long others believe that one is in the call, when nothing more is heard of one; it is said anew in time. */
const EXPIRY_MS = 15 * 60_000;
const EARLY_MS = 3 * 60_000;
const LEAVE_MS = 3_000;
/** Who connects is announced a moment later, or just before: nobody is a stranger for that. */
const STRANGE_MS = 8_000;

interface Held {
  readonly line: GroupLine;
  readonly session: MatrixRTCSession;
  readonly letGo: () => void;
}

export class GroupDesk {
  private held: Held | null = null;
  private strangeSince: number | null = null;

  constructor(private readonly client: MatrixClient) {}

  /** Go into a group's call, or begin it. When there is a call already, that one is shown. */
  readonly join = async (roomId: string, isVideo: boolean): Promise<void> => {
    if (isInGroupCall()) return this.update({ isSmall: false });
    const room = this.client.getRoom(roomId);
    if (isUnderWay() || room === null) return;
    const asked = begunGroup({ roomId, isVideo, isSealed: room.hasEncryptionStateEvent() });
    putGroup(asked);
    try {
      await this.enter(room, asked);
    } catch (error) {
      if (groupNow()?.callId !== asked.callId) return;
      if (tellRefusal(error)) this.close();
      else this.end(endingOf(error));
    }
  };

  readonly hangUp = (): void => this.close();

  readonly mute = async (isMuted: boolean): Promise<void> => {
    await this.device("calls.mic_refused", (me) => me.setMicrophoneEnabled(!isMuted));
  };

  readonly showCamera = async (isOn: boolean): Promise<void> => {
    await this.device("calls.camera_refused", (me) => me.setCameraEnabled(isOn));
  };

  readonly share = async (isOn: boolean): Promise<void> => {
    // Whoever changes their mind in the browser's own question is told nothing.
    await this.device(null, (me) => me.setScreenShareEnabled(isOn));
  };

  /** Use another device from now on. */
  readonly use = async (kind: MediaDeviceKind, id: string): Promise<void> => {
    const trouble = kind === "videoinput" ? "calls.camera_refused" : "calls.mic_refused";
    await this.device(trouble, () => this.held?.line.room.switchActiveDevice(kind, id || "default"));
    if (kind === "audiooutput") this.update({ speaker: id });
  };

  readonly update = (part: Partial<GroupNow>): void => {
    const now = groupNow();
    if (now !== null) putGroup({ ...now, ...part });
  };

  /** Put the call away, whatever it is. */
  readonly close = (): void => {
    this.letGo();
    putGroup(null);
  };

  private async enter(room: MatrixRoom, asked: GroupNow): Promise<void> {
    const isStill = () => groupNow()?.callId === asked.callId;
    if (!navigator.onLine) throw new Ended("offline");
    if (asked.isSealed && !canSeal()) throw new Ended("old_browser");
    const media = await open(asked.isVideo).catch((error: unknown) => {
      throw new Ended(endingOfMedia(error) as GroupEnding);
    });
    try {
      if (asked.isVideo && !media.hasCamera && isStill()) this.update({ trouble: "calls.camera_refused" });
      const token = this.client.getAccessToken() ?? "";
      const carrier = await carrierOf(token);
      if (carrier === null) throw new Ended("no_carrier");
      await letWritersCall(this.client, room);
      const { url, jwt } = await entrance(token, room.roomId, this.client.getDeviceId() ?? "");
      if (!isStill()) return;
      this.update({ phase: "connecting" });
      await this.connect(room, carrier, url, jwt);
      const me = this.held?.line.room.localParticipant;
      if (!isStill() || me === undefined) return;
      await me.setMicrophoneEnabled(true);
      if (media.hasCamera) await me.setCameraEnabled(true);
      this.update({ phase: "talking", since: Date.now() });
      this.tell();
    } finally {
      media.close();
    }
  }

  /** Connect, say in the room that one is there, and wait until one's own key is known: nothing is sent before that. */
  private async connect(room: MatrixRoom, carrier: Carrier, url: string, jwt: string): Promise<void> {
    const isSealed = groupNow()?.isSealed ?? true;
    const keys = isSealed ? new CallKeys() : null;
    const line = new GroupLine(keys, { onChange: this.tell, onLost: () => this.end("lost") });
    const session = this.client.matrixRTC.getRoomSession(room);
    const sealed = new SealedKeys(this.client);
    const { promise: ownKey, resolve, reject } = Promise.withResolvers<void>();
    // It may come to nothing when nobody waits for it any more.
    ownKey.catch(() => undefined);
    const onKey = (
      key: Uint8Array<ArrayBuffer>,
      index: number,
      from: { userId: string },
      identity: string,
    ) => {
      const isMine = identity === this.me().identity;
      if (!isMine && !sealed.has(from.userId, key, index)) return;
      void keys?.set(identity, key, index).then(() => isMine && resolve());
    };
    const onGone = () => this.sayGone(room.roomId);
    const onRefused = (error: unknown) => {
      reject(error);
      // In the midst of it one was kept from saying that one is still there.
      if (groupNow()?.since !== null) this.end("lost");
    };
    session.on(MatrixRTCSessionEvent.MembershipsChanged, this.tell);
    session.on(MatrixRTCSessionEvent.EncryptionKeyChanged, onKey);
    session.on(MatrixRTCSessionEvent.MembershipManagerError, onRefused);
    window.addEventListener("pagehide", onGone);
    this.held = {
      line,
      session,
      letGo: () => {
        resolve();
        session.off(MatrixRTCSessionEvent.MembershipsChanged, this.tell);
        session.off(MatrixRTCSessionEvent.EncryptionKeyChanged, onKey);
        session.off(MatrixRTCSessionEvent.MembershipManagerError, onRefused);
        window.removeEventListener("pagehide", onGone);
        sealed.stop();
      },
    };
    await line.open(url, jwt);
    // Hung up meanwhile.
    if (this.held?.line !== line) return;
    line.sendOnlyTo(this.mates());
    session.joinRoomSession([{ ...carrier, livekit_alias: room.roomId }], undefined, {
      manageMediaKeys: isSealed,
      membershipEventExpiryMs: EXPIRY_MS,
      membershipEventExpiryHeadroomMs: EARLY_MS,
      callIntent: groupNow()?.isVideo ? "video" : "audio",
    });
    if (isSealed) await ownKey;
  }

  private me(): Mate {
    const userId = this.client.getSafeUserId();
    return { userId, identity: `${userId}:${this.client.getDeviceId()}` };
  }

  private mates(): Mate[] {
    return (this.held?.session.memberships ?? []).map((one: CallMembership) => ({
      userId: one.userId,
      identity: one.rtcBackendIdentity,
    }));
  }

  /** Do something about a device; what goes wrong is said while the call goes on. */
  private async device(
    trouble: string | null,
    change: (me: GroupLine["room"]["localParticipant"]) => Promise<unknown> | undefined,
  ): Promise<void> {
    const me = this.held?.line.room.localParticipant;
    if (me === undefined) return;
    try {
      await change(me);
      this.update({ trouble: null });
    } catch {
      if (trouble !== null) this.update({ trouble });
    }
    this.tell();
  }

  private readonly tell = (): void => {
    const { held } = this;
    const now = groupNow();
    if (held === null || now === null || now.phase === "over") return;
    const { line } = held;
    const me = this.me();
    const mates = this.mates();
    line.sendOnlyTo(mates);
    const present = line.present();
    const tiles = tilesOf({ me, mates, present, isHidden: (userId) => this.client.isUserIgnored(userId) });
    const { localParticipant } = line.room;
    putGroup({
      ...now,
      phase: line.isReconnecting ? "reconnecting" : now.phase === "reconnecting" ? "talking" : now.phase,
      tiles,
      pictures: new Map(
        tiles.flatMap(({ id, identity, isScreen }) => {
          const picture = line.picture(identity, isScreen);
          return picture === undefined ? [] : [[id, picture] as const];
        }),
      ),
      voices: line.voices(new Set(tiles.map(({ identity }) => identity))),
      strangers: this.strangers(strangersIn(me, mates, line.isOpen ? present : [])),
      isMuted: now.since !== null && !localParticipant.isMicrophoneEnabled,
      hasCamera: localParticipant.isCameraEnabled,
      isSharing: localParticipant.isScreenShareEnabled,
      mic: line.room.getActiveDevice("audioinput") ?? "",
      camera: line.room.getActiveDevice("videoinput") ?? "",
    });
  };

  private strangers(count: number): number {
    if (count === 0) this.strangeSince = null;
    else if (this.strangeSince === null) {
      this.strangeSince = Date.now();
      window.setTimeout(this.tell, STRANGE_MS + 100);
    }
    return this.strangeSince !== null && Date.now() - this.strangeSince > STRANGE_MS ? count : 0;
  }

  private letGo(): void {
    const { held } = this;
    this.held = null;
    this.strangeSince = null;
    if (held === null) return;
    held.letGo();
    // What cannot be said now ends by itself after a while.
    if (held.session.isJoined()) held.session.leaveRoomSession(LEAVE_MS).catch(() => undefined);
    void held.line.close();
  }

  private sayGone(roomId: string): void {
    sayGone(this.client.getAccessToken() ?? "", roomId, stateKeyOf(this.client));
  }

  private end(ending: GroupEnding): void {
    this.letGo();
    this.update({
      ...{ phase: "over", ending, isSmall: false, tiles: [], pictures: new Map(), voices: [], strangers: 0 },
    });
  }
}

/** What ends a call before it has begun. */
class Ended extends Error {
  constructor(readonly ending: GroupEnding) {
    super(ending);
  }
}

function endingOf(error: unknown): GroupEnding {
  if (error instanceof Ended) return error.ending;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (code === "M_FORBIDDEN" || errcode === "M_FORBIDDEN") return "not_let_in";
  return error instanceof Unreachable ? "offline" : "unreachable";
}

const desks = new WeakMap<MatrixClient, GroupDesk>();

/** Return the one desk of a session. */
export function groupDeskOf(client: MatrixClient): GroupDesk {
  const desk = desks.get(client) ?? new GroupDesk(client);
  desks.set(client, desk);
  return desk;
}
