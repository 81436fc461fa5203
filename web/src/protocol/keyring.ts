/** The key to the secrets that the server stores for us, sealed: in memory, and only while it is needed. */
import type { CryptoCallbacks } from "matrix-js-sdk/lib/crypto-api";

/** Holds the key that a recovery key stands for, for as long as something is being locked or unlocked. */
export class Keyring {
  #held = new Map<string, Uint8Array<ArrayBuffer>>();

  readonly callbacks: CryptoCallbacks = {
    getSecretStorageKey: async ({ keys }) => {
      for (const id of Object.keys(keys)) {
        const key = this.#held.get(id);
        if (key !== undefined) return [id, key];
      }
      return null;
    },
    cacheSecretStorageKey: (id, _info, key) => this.hold(id, key),
  };

  hold(id: string, key: Uint8Array<ArrayBuffer>): void {
    this.#held.set(id, key);
  }

  drop(): void {
    this.#held.clear();
  }
}

const rings = new WeakMap<object, Keyring>();

/** Give a client its ring. */
export function giveKeyring(client: object, ring: Keyring): void {
  rings.set(client, ring);
}

export function keyringOf(client: object): Keyring {
  const ring = rings.get(client);
  if (ring === undefined) throw new Error("this client was made without a keyring");
  return ring;
}
