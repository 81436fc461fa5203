/** Who has other keys than those by which one got to know them. spec: client-server-api#cross-signing
 *
 *  Whoever loses all devices starts over with new ones; but a server can put keys of its own in their place as well, and then reads along.
 *  This device keeps the first keys that it sees of a person. What it has kept is looked up here, and no server is asked.
 */
import { KnownMembership, type MatrixClient, type Room, RoomStateEvent } from "matrix-js-sdk";
import { type CryptoApi, CryptoEvent, type UserVerificationStatus } from "matrix-js-sdk/lib/crypto-api";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { cryptoOf } from "../../protocol/machine";
import { useClient, useFromClient } from "../../shell/client";
import { whenIdle } from "../../shell/idle";
import { useIsSealed } from "../../shell/sealing";
import { trustIn } from "./useTrust";

/** How many people are looked up before the browser may do something else. */
const STEP = 20;
/** For how long a busy browser may put off a step. */
const LATE_MS = 1_000;
/** Where the browser does not say when it has nothing to do. */
const PAUSE_MS = 30;

/** Somebody who has other keys. */
export interface Changed {
  readonly userId: string;
  /** One had verified them with their keys from before. Who writes to verified devices alone cannot write to them until it is accepted. */
  readonly wasVerified: boolean;
}

/** Return what has changed about somebody; null: nothing. */
function changeOf(userId: string, status: UserVerificationStatus): Changed | null {
  const wasVerified = trustIn(status) === "changed";
  return status.needsUserApproval || wasVerified ? { userId, wasVerified } : null;
}

/** Take somebody's keys for theirs from now on, as they were taken at first: without having compared them. */
export async function accept(crypto: CryptoApi, userId: string): Promise<void> {
  await crypto.pinCurrentUserIdentity(userId);
  // Else the SDK goes on asking that they be verified, as they were before.
  await crypto.withdrawVerificationRequirement(userId);
}

/** What is known of the people whom somebody has a chat open with. */
class NewKeys {
  /** In the order in which it was found out: who is named in a chat stays so while others come. */
  private changed: readonly Changed[] = [];
  /** The newest question about each: what answers an older one does not count. */
  private readonly asked = new Map<string, object>();
  private readonly told = new Set<() => void>();

  constructor(private readonly client: MatrixClient) {
    client.on(CryptoEvent.UserTrustStatusChanged, this.hear);
  }

  readonly get = (): readonly Changed[] => this.changed;

  readonly subscribe = (told: () => void): (() => void) => {
    this.told.add(told);
    return () => this.told.delete(told);
  };

  /** Look up those of whom nothing is known yet, when the browser has time, until nobody wants to know it any more. */
  async look(userIds: readonly string[], isOver: () => boolean): Promise<void> {
    const unknown = userIds.filter((userId) => !this.asked.has(userId));
    for (let at = 0; at < unknown.length; at += STEP) {
      await new Promise<void>((resolve) => whenIdle(resolve, LATE_MS, PAUSE_MS));
      if (isOver()) return;
      await Promise.all(unknown.slice(at, at + STEP).map((userId) => this.ask(userId)));
    }
  }

  private readonly hear = (userId: string, status: UserVerificationStatus): void => {
    this.asked.set(userId, status);
    this.put(userId, changeOf(userId, status));
  };

  private async ask(userId: string): Promise<void> {
    const question = {};
    this.asked.set(userId, question);
    try {
      const status = await cryptoOf(this.client).getUserVerificationStatus(userId);
      if (this.asked.get(userId) === question) this.put(userId, changeOf(userId, status));
    } catch {
      // The session ends, or the browser does not give out what it keeps: it is looked up when the chat is opened again.
      if (this.asked.get(userId) === question) this.asked.delete(userId);
    }
  }

  private put(userId: string, now: Changed | null): void {
    const before = this.changed.find((one) => one.userId === userId);
    if (before?.wasVerified === now?.wasVerified) return;
    const others = this.changed.filter((one) => one !== before);
    if (now === null) this.changed = others;
    else if (before === undefined) this.changed = [...others, now];
    else this.changed = this.changed.map((one) => (one === before ? now : one));
    for (const told of this.told) told();
  }
}

const all = new WeakMap<MatrixClient, NewKeys>();

function newKeysOf(client: MatrixClient): NewKeys {
  const keys = all.get(client) ?? new NewKeys(client);
  all.set(client, keys);
  return keys;
}

/** Return everybody else who is given the keys of what is written in a room that is encrypted. */
function readersOf(room: Room, me: string): readonly string[] {
  const isReader = (membership?: string) =>
    membership === KnownMembership.Join ||
    (membership === KnownMembership.Invite && room.shouldEncryptForInvitedMembers());
  const members = room.getMembers().filter(({ membership }) => isReader(membership));
  return members.map(({ userId }) => userId).filter((userId) => userId !== me);
}

const EVENTS = [RoomStateEvent.Update] as const;
const NOBODY: readonly string[] = [];

/** Return who in an open chat has new keys that one has not accepted. The chat itself sees to it that its members are known. */
export function useNewKeys(room: Room): readonly Changed[] {
  const client = useClient();
  const keys = newKeysOf(client);
  const isSealed = useIsSealed(room.roomId);
  const readers = useFromClient(
    EVENTS,
    useCallback(
      (from: MatrixClient) => (isSealed ? readersOf(room, from.getSafeUserId()) : NOBODY),
      [room, isSealed],
    ),
  );
  const changed = useSyncExternalStore(keys.subscribe, keys.get);
  useEffect(() => {
    let isOver = false;
    void keys.look(readers, () => isOver);
    return () => {
      isOver = true;
    };
  }, [keys, readers]);
  return changed.filter(({ userId }) => readers.includes(userId));
}
