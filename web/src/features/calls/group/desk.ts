/** What is done about group calls: the one that this tab is in, from the first press to hanging up.
 *
 *  Who is in it stands in the room (`attendance.ts`); pictures and sound go through a server (`line.ts`).
 */
import type { MatrixClient, Room as MatrixRoom } from "matrix-js-sdk";
import { strangersIn, tilesOf } from "../../../model/groupCall";
import { carrierOf, entrance } from "../../../protocol/groupCall";
import { Unreachable } from "../../../protocol/http";
import { isSealed } from "../../../protocol/sealing";
import { tellRefusal } from "../../../shell/refusals";
import { callNow, isUnderWay, putCall } from "../callNow";
import { endingOfMedia, open } from "../media";
import { Attendance } from "./attendance";
import {
  begunGroup,
  type GroupEnding,
  type GroupNow,
  groupNow,
  isInGroupCall,
  putGroup,
  updateGroup,
} from "./groupNow";
import { CallKeys } from "./keys";
import { letWritersCall } from "./levels";
import { canSeal, GroupLine } from "./line";
import { meIn } from "./mates";

/** Who connects is announced a moment later, or just before: nobody is a stranger for that. */
const STRANGE_MS = 8_000;

interface Held {
  readonly line: GroupLine;
  readonly attendance: Attendance;
}

export class GroupDesk {
  private held: Held | null = null;
  private strangeSince: number | null = null;

  constructor(private readonly client: MatrixClient) {}

  /** Go into a group's call, or begin it. When there is a call already, that one is shown. */
  readonly join = async (roomId: string, isVideo: boolean): Promise<void> => {
    if (isInGroupCall()) return this.update({ isSmall: false });
    const room = this.client.getRoom(roomId);
    const other = callNow();
    if (isUnderWay() && other !== null) return putCall({ ...other, isSmall: false });
    if (room === null) return;
    const asked = begunGroup({ roomId, isVideo });
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

  readonly update = updateGroup;

  /** Put the call away, whatever it is. */
  readonly close = (): void => {
    this.letGo();
    putGroup(null);
  };

  private async enter(room: MatrixRoom, asked: GroupNow): Promise<void> {
    const isStill = () => groupNow()?.callId === asked.callId;
    if (!navigator.onLine) throw new Ended("offline");
    const sealed = await isSealed(this.client, room.roomId);
    if (!isStill()) return;
    this.update({ isSealed: sealed });
    if (sealed && !canSeal()) throw new Ended("old_browser");
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
      const held = this.hold(room, sealed);
      await held.line.open(url, jwt);
      if (this.held === held) {
        held.line.sendOnlyTo(held.attendance.mates());
        await held.attendance.begin(carrier, asked.isVideo);
      }
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

  private hold(room: MatrixRoom, sealed: boolean): Held {
    const keys = sealed ? new CallKeys() : null;
    const line = new GroupLine(keys, { onChange: this.tell, onLost: () => this.end("lost") });
    const attendance = new Attendance(this.client, room, keys, {
      onChange: this.tell,
      onRefused: () => {
        // In the midst of it one was kept from saying that one is still there.
        if (groupNow()?.since !== null) this.end("lost");
      },
    });
    this.held = { line, attendance };
    return this.held;
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
    const me = meIn(this.client);
    const mates = held.attendance.mates();
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
    held.attendance.end();
    void held.line.close();
  }

  private end(ending: GroupEnding): void {
    this.letGo();
    const nothing = { tiles: [], pictures: new Map(), voices: [], strangers: 0 };
    this.update({ phase: "over", ending, isSmall: false, ...nothing });
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
