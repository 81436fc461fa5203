/** The keys that pictures and sound of a group call are sealed with: each device has its own, and gives it to the others. */
import { BaseKeyProvider } from "livekit-client";
import { ClientEvent, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";

/** As MSC4195 has it: 256 keys for each device, of which the newest counts. */
const KEYRING = 256;
const KEYS_MESSAGE = "io.element.call.encryption_keys";
/** So many keys that came sealed are remembered, the newest; each is asked for as it comes. */
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

/** Remembers which keys came end-to-end encrypted. The Matrix SDK takes them in the clear as well, where the server could make them up. */
export class SealedKeys {
  private readonly seen = new Set<string>();

  /** Listen from before the Matrix SDK does: keys are asked about while it tells of them. */
  constructor(private readonly client: MatrixClient) {
    client.on(ClientEvent.ToDeviceEvent, this.note);
  }

  readonly stop = (): void => {
    this.client.off(ClientEvent.ToDeviceEvent, this.note);
  };

  has(userId: string, key: Uint8Array, index: number): boolean {
    return this.seen.has(name(userId, btoa(String.fromCharCode(...key)), index));
  }

  private readonly note = (event: MatrixEvent): void => {
    if (event.getType() !== KEYS_MESSAGE || !event.isEncrypted()) return;
    const { keys } = event.getContent<{ keys?: { key?: unknown; index?: unknown } }>();
    if (typeof keys?.key !== "string") return;
    this.seen.add(name(event.getSender(), keys.key, keys.index));
    const [oldest] = this.seen;
    if (oldest !== undefined && this.seen.size > SEALED_MAX) this.seen.delete(oldest);
  };
}

function name(userId: string | undefined, key: string, index: unknown): string {
  // Base64 with or without its padding, in either alphabet.
  const plain = key.replaceAll("=", "").replaceAll("-", "+").replaceAll("_", "/");
  return JSON.stringify([userId, plain, index]);
}
