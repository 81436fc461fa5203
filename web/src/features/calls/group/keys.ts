/** The keys that pictures and sound of a group call are sealed with: each device has its own, and gives it to the others. */
import { BaseKeyProvider } from "livekit-client";
import { ClientEvent, type MatrixClient } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import type { ReceivedToDeviceMessage } from "matrix-js-sdk/lib/sync-accumulator";
import { isConfirmed, isConfirmedOnly, onConfirmedOnly } from "../../../protocol/isolation";
import { cryptoOf } from "../../../protocol/machine";

/** As MSC4195 has it: 256 keys for each device, of which the newest counts. */
const KEYRING = 256;
const KEYS_MESSAGE = "io.element.call.encryption_keys";
/** So many keys that came sealed are remembered, the newest. */
const SEALED_MAX = 2_000;

/** Hands keys on to what seals and opens frames. */
export class CallKeys extends BaseKeyProvider {
  constructor() {
    super({ keyringSize: KEYRING, ratchetWindowSize: 0 });
  }

  async set(identity: string, key: Uint8Array<ArrayBuffer>, index: number): Promise<void> {
    const usable = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveBits", "deriveKey"]);
    this.onSetEncryptionKey(usable, identity, index);
  }
}

/** A key as the Matrix SDK hands it on, with what whoever sent it says of themselves. */
export interface OfferedKey {
  readonly userId: string;
  readonly deviceId: string;
  readonly key: Uint8Array<ArrayBuffer>;
  readonly index: number;
  /** Under which name frames are sent that it opens. */
  readonly identity: string;
}

interface Weighed extends OfferedKey {
  isUsed: boolean;
  /** The newest question whether it may be: what answers an older one does not count. */
  question: object | null;
}

/** Lets those keys be used that came end-to-end encrypted, from the device that they are said to be of, and where one has chosen so only when
 *  its owner has confirmed it. The Matrix SDK takes all of them: also in the clear, where the server could make them up, and from any device
 *  of a person, of which a server can add one.
 */
export class SealedKeys {
  /** What the message with a key was sealed with, by the name of the key. */
  private readonly seals = new Map<string, string>();
  private readonly offered = new Map<string, Weighed>();
  private readonly leave: () => void;
  private isOver = false;

  /** `use` is told of each key that may be used; of one that may be no more it is told another, which opens nothing. */
  constructor(
    private readonly client: MatrixClient,
    private readonly use: (identity: string, key: Uint8Array<ArrayBuffer>, index: number) => void,
  ) {
    client.on(ClientEvent.ReceivedToDeviceMessage, this.note);
    client.on(CryptoEvent.DevicesUpdated, this.again);
    this.leave = onConfirmedOnly(client, this.again);
  }

  readonly stop = (): void => {
    this.isOver = true;
    this.client.off(ClientEvent.ReceivedToDeviceMessage, this.note);
    this.client.off(CryptoEvent.DevicesUpdated, this.again);
    this.leave();
  };

  /** Let a key be used if it may be, or as soon as it may. */
  async offer(key: OfferedKey): Promise<void> {
    const weighed = { ...key, isUsed: false, question: null };
    keep(this.offered, nameOf(key), weighed);
    await this.weigh(weighed);
  }

  private readonly note = ({ message, encryptionInfo }: ReceivedToDeviceMessage): void => {
    if (message.type !== KEYS_MESSAGE || encryptionInfo === null) return;
    const { keys, member } = message.content as Record<string, Record<string, unknown> | undefined>;
    if (typeof keys?.["key"] !== "string") return;
    const name = named(message.sender, member?.["claimed_device_id"], keys["key"], keys["index"]);
    keep(this.seals, name, encryptionInfo.senderCurve25519KeyBase64);
  };

  /** Devices, or the choice, are others. */
  private readonly again = (): void => {
    for (const weighed of this.offered.values()) void this.weigh(weighed);
  };

  private async weigh(one: Weighed): Promise<void> {
    const question = {};
    one.question = question;
    // What cannot be found out may not be used.
    const isUsed = await this.mayUse(one).catch(() => false);
    if (this.isOver || one.question !== question || isUsed === one.isUsed) return;
    one.isUsed = isUsed;
    this.use(one.identity, isUsed ? one.key : nobodys(), one.index);
  }

  private async mayUse(one: OfferedKey): Promise<boolean> {
    // The SDK hands a key on just before it tells how its message was sealed.
    await Promise.resolve();
    const seal = this.seals.get(nameOf(one));
    if (seal === undefined) return false;
    // By what it is called, a device could pass for another one of the same person's; it cannot seal with that one's key.
    const crypto = cryptoOf(this.client);
    const devices = (await crypto.getUserDeviceInfo([one.userId], true)).get(one.userId);
    if (devices?.get(one.deviceId)?.getIdentityKey() !== seal) return false;
    return !isConfirmedOnly(this.client) || (await isConfirmed(crypto, one.userId, one.deviceId));
  }
}

/** Keep the newest. */
function keep<T>(all: Map<string, T>, name: string, one: T): void {
  all.delete(name);
  all.set(name, one);
  const [oldest] = all.keys();
  if (oldest !== undefined && all.size > SEALED_MAX) all.delete(oldest);
}

/** Return a key that nobody has. */
function nobodys(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(16));
}

function nameOf({ userId, deviceId, key, index }: OfferedKey): string {
  return named(userId, deviceId, btoa(String.fromCharCode(...key)), index);
}

function named(userId: string, deviceId: unknown, key: string, index: unknown): string {
  // Base64 with or without its padding, in either alphabet.
  const plain = key.replaceAll("=", "").replaceAll("-", "+").replaceAll("_", "/");
  return JSON.stringify([userId, deviceId, plain, index]);
}
