/** Being in a room's call: said in the room, and with a key that one gives to everybody else in it (`MatrixRTCSession` of the Matrix SDK). */
import type { MatrixClient, Room } from "matrix-js-sdk";
import { type MatrixRTCSession, MatrixRTCSessionEvent } from "matrix-js-sdk/lib/matrixrtc";
import { RINGS_MS } from "../../../model/call";
import type { Mate } from "../../../model/groupCall";
import type { Carrier } from "../../../protocol/groupCall";
import { onConfirmedOnly } from "../../../protocol/isolation";
import { isOfTwo } from "../../contacts/people";
import { type CallKeys, SealedKeys } from "./keys";
import { matesIn, meIn, tellGone } from "./mates";
import { isOwnKey, renewOwnKey } from "./ownKey";

/** For so long others believe that one is in the call, when nothing more is heard of one; it is said anew in time. */
const EXPIRY_MS = 15 * 60_000;
const EARLY_MS = 3 * 60_000;
const LEAVE_MS = 3_000;

interface Listening {
  readonly onChange: () => void;
  /** One is kept from saying that one is there. */
  readonly onRefused: () => void;
}

export class Attendance {
  private readonly session: MatrixRTCSession;
  private readonly sealed: SealedKeys;
  private readonly leaveChoice: () => void;
  private readonly ownKey = Promise.withResolvers<void>();

  /** `keys`: null where nothing is sealed. */
  constructor(
    private readonly client: MatrixClient,
    private readonly room: Room,
    private readonly keys: CallKeys | null,
    private readonly listening: Listening,
  ) {
    this.session = client.matrixRTC.getRoomSession(room);
    this.sealed = new SealedKeys(client, (identity, key, index) => void keys?.set(identity, key, index));
    // Who is left out from now on has one's key already.
    this.leaveChoice = onConfirmedOnly(client, () => renewOwnKey(this.session));
    // It may come to nothing when nobody waits for it any more.
    this.ownKey.promise.catch(() => undefined);
    this.session.on(MatrixRTCSessionEvent.MembershipsChanged, listening.onChange);
    this.session.on(MatrixRTCSessionEvent.EncryptionKeyChanged, this.onKey);
    this.session.on(MatrixRTCSessionEvent.MembershipManagerError, this.onRefused);
    window.addEventListener("pagehide", this.onPageGone);
  }

  /** Say in the room that one is there, and wait until one's own key is known: nothing is sent before that. */
  async begin(carrier: Carrier, isVideo: boolean): Promise<void> {
    this.session.joinRoomSession([{ ...carrier, livekit_alias: this.room.roomId }], undefined, {
      manageMediaKeys: this.keys !== null,
      membershipEventExpiryMs: EXPIRY_MS,
      membershipEventExpiryHeadroomMs: EARLY_MS,
      callIntent: isVideo ? "video" : "audio",
      // Who is the first tells the others: where two are, it is for one alone, and is heard; a larger group only sees it.
      notificationType: isOfTwo(this.room) ? "ring" : "notification",
      notificationLifetimeMs: RINGS_MS,
    });
    if (this.keys !== null) await this.ownKey.promise;
  }

  /** Everybody who says that they are there, the first who came first. */
  mates(): readonly Mate[] {
    return matesIn(this.session);
  }

  end(): void {
    this.ownKey.resolve();
    this.session.off(MatrixRTCSessionEvent.MembershipsChanged, this.listening.onChange);
    this.session.off(MatrixRTCSessionEvent.EncryptionKeyChanged, this.onKey);
    this.session.off(MatrixRTCSessionEvent.MembershipManagerError, this.onRefused);
    window.removeEventListener("pagehide", this.onPageGone);
    this.sealed.stop();
    this.leaveChoice();
    // What cannot be said now ends by itself after a while.
    if (this.session.isJoined()) this.session.leaveRoomSession(LEAVE_MS).catch(() => undefined);
  }

  private readonly onKey = (
    key: Uint8Array<ArrayBuffer>,
    index: number,
    { userId, deviceId }: { userId: string; deviceId: string },
    identity: string,
  ): void => {
    if (isOwnKey(this.session, key)) {
      void this.keys?.set(identity, key, index).then(() => this.ownKey.resolve());
    } else if (identity !== meIn(this.client).identity) {
      void this.sealed.offer({ userId, deviceId, key, index, identity });
    }
  };

  private readonly onRefused = (error: unknown): void => {
    this.ownKey.reject(error);
    this.listening.onRefused();
  };

  private readonly onPageGone = (): void => tellGone(this.client, this.room.roomId);
}
