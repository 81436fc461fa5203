/** How certain it is that an encrypted message comes from who is said to have sent it. spec: client-server-api#cross-signing
 *
 *  It is asked for what is in sight, all of it at once and each message once, and anew only when something about people's devices changes.
 */
import type { MatrixClient, MatrixEvent } from "matrix-js-sdk";
import {
  CryptoEvent,
  type EventEncryptionInfo,
  EventShieldColour,
  EventShieldReason,
} from "matrix-js-sdk/lib/crypto-api";
import { useCallback, useSyncExternalStore } from "react";
import type { Said } from "../../model/said";
import { useClient } from "../../shell/client";
import { useTalk } from "./talk";

/** Why one may doubt it. `unsure` is no warning: the key came from a backup, which anybody who could write there may have made. */
export type Doubt = "unsigned" | "unknown_device" | "changed" | "stranger" | "unsure";

const REASONS: ReadonlyMap<EventShieldReason | null, Doubt> = new Map([
  [EventShieldReason.UNSIGNED_DEVICE, "unsigned"],
  [EventShieldReason.UNKNOWN_DEVICE, "unknown_device"],
  [EventShieldReason.VERIFICATION_VIOLATION, "changed"],
  [EventShieldReason.AUTHENTICITY_NOT_GUARANTEED, "unsure"],
]);

/** Return what there is to doubt; null: nothing is told of it. A person whom one has not confirmed is no doubt: most people are not. */
export function doubtIn(info: EventEncryptionInfo | null): Doubt | "none" | null {
  if (info === null) return null;
  if (info.shieldColour === EventShieldColour.NONE) return "none";
  if (info.shieldReason === EventShieldReason.UNVERIFIED_IDENTITY) return "none";
  const known = REASONS.get(info.shieldReason);
  return known ?? (info.shieldColour === EventShieldColour.RED ? "stranger" : "unsure");
}

/** Return what there is to doubt about an event now; null: that cannot be found out, or it did not come encrypted. */
export async function doubtAbout(client: MatrixClient, event: MatrixEvent): Promise<Doubt | "none" | null> {
  try {
    return doubtIn((await client.getCrypto()?.getEncryptionInfoForEvent(event)) ?? null);
  } catch {
    // Its key is gone meanwhile: nothing can be said of it.
    return null;
  }
}

interface Watched {
  readonly roomId: string;
  readonly told: Set<() => void>;
}

/** What is known of the messages that somebody looks at. */
export class Doubts {
  private readonly known = new Map<string, Doubt | null>();
  private readonly watched = new Map<string, Watched>();
  private readonly wanted = new Set<string>();

  constructor(private readonly client: MatrixClient) {
    client.on(CryptoEvent.DevicesUpdated, this.again);
    client.on(CryptoEvent.UserTrustStatusChanged, this.again);
  }

  get(id: string): Doubt | null {
    return this.known.get(id) ?? null;
  }

  watch(roomId: string, id: string, told: () => void): () => void {
    const watched = this.watched.get(id) ?? { roomId, told: new Set() };
    this.watched.set(id, watched);
    watched.told.add(told);
    if (!this.known.has(id)) this.want([id]);
    return () => {
      watched.told.delete(told);
      if (watched.told.size === 0 && this.watched.get(id) === watched) this.watched.delete(id);
    };
  }

  /** What is in sight keeps its answer until there is another one. */
  private readonly again = (): void => {
    for (const id of this.known.keys()) if (!this.watched.has(id)) this.known.delete(id);
    this.want(this.watched.keys());
  };

  private want(ids: Iterable<string>): void {
    const isAsking = this.wanted.size > 0;
    for (const id of ids) this.wanted.add(id);
    if (!isAsking && this.wanted.size > 0) setTimeout(() => void this.ask(), SOON_MS);
  }

  private async ask(): Promise<void> {
    const ids = [...this.wanted].filter((id) => this.watched.has(id));
    this.wanted.clear();
    const answers = await Promise.all(ids.map((id) => this.answer(id)));
    const told = new Set<() => void>();
    for (const [index, id] of ids.entries()) {
      const doubt = answers[index] ?? null;
      if (this.get(id) !== doubt) for (const one of this.watched.get(id)?.told ?? []) told.add(one);
      this.known.set(id, doubt);
    }
    for (const one of told) one();
  }

  private async answer(id: string): Promise<Doubt | null> {
    const event = this.client.getRoom(this.watched.get(id)?.roomId)?.findEventById(id);
    const doubt = event === undefined ? null : await doubtAbout(this.client, event);
    return doubt === "none" ? null : doubt;
  }
}

/** What flies past while a finger flicks the list is not asked about. */
const SOON_MS = 60;

const all = new WeakMap<MatrixClient, Doubts>();

function doubtsOf(client: MatrixClient): Doubts {
  const doubts = all.get(client) ?? new Doubts(client);
  all.set(client, doubts);
  return doubts;
}

/** Return what there is to doubt about an event, once it is known; null: there is no event. */
export function useDoubtOf(roomId: string, id: string | null): Doubt | null {
  const doubts = doubtsOf(useClient());
  const subscribe = useCallback(
    (told: () => void) => (id === null ? () => undefined : doubts.watch(roomId, id, told)),
    [doubts, roomId, id],
  );
  return useSyncExternalStore(subscribe, () => (id === null ? null : doubts.get(id)));
}

/** Return what there is to doubt about a message. */
export function useDoubt(said: Said): Doubt | null {
  const client = useClient();
  const { roomId } = useTalk();
  const doubt = useDoubtOf(roomId, isDoubtful(said) ? said.id : null);
  // That one's own device is not confirmed yet is said elsewhere, and not once for each message.
  return doubt === "unsigned" && said.sender === client.getUserId() ? null : doubt;
}

/** It came encrypted, and could be read. */
function isDoubtful(said: Said): boolean {
  const isRead = said.type !== "m.room.encrypted" && said.unreadable === undefined && !said.isRemoved;
  return said.isEncrypted === true && said.sending === undefined && isRead;
}
