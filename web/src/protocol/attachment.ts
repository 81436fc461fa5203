/** Sealing a file before it leaves this device, and opening one that somebody else sealed.
 *
 *  spec: client-server-api#sending-encrypted-attachments, v2
 */

import { type Bytes, equal, fromBase64, sha256, toBase64 } from "../model/bytes";
import { fieldsOf } from "../model/fields";

/** Everything but the bytes: where they are, and what opens them. */
export interface EncryptedFile {
  readonly url: string;
  readonly v: "v2";
  readonly key: {
    readonly kty: "oct";
    readonly alg: "A256CTR";
    readonly key_ops: readonly string[];
    readonly k: string;
    readonly ext: true;
  };
  readonly iv: string;
  readonly hashes: { readonly sha256: string };
}

/** The bytes are not those that were sent. */
export class Tampered extends Error {}

const MXC = /^mxc:\/\/[A-Za-z0-9.:[\]-]+\/[A-Za-z0-9_-]{1,255}$/;

/** Return an address of a file, or null for what is none. */
export function addressOf(value: unknown): string | null {
  return typeof value === "string" && MXC.test(value) ? value : null;
}

/** Return what somebody's client wrote, when it is whole; null for anything else. */
export function encryptedFileOf(value: unknown): EncryptedFile | null {
  const { url, v, key, iv, hashes } = fieldsOf(value);
  const { kty, alg, k } = fieldsOf(key);
  const address = addressOf(url);
  if (address === null || v !== "v2" || kty !== "oct" || alg !== "A256CTR") return null;
  const hash = fieldsOf(hashes)["sha256"];
  const secret = typeof k === "string" ? k.replaceAll("-", "+").replaceAll("_", "/") : k;
  if (!isBytes(secret, 32) || !isBytes(iv, 16) || !isBytes(hash, 32)) return null;
  return {
    url: address,
    v,
    key: { kty, alg, key_ops: ["encrypt", "decrypt"], k: k as string, ext: true },
    iv,
    hashes: { sha256: hash },
  };
}

/** Seal bytes under a new key. The address is not known yet: it is that of the sealed bytes. */
export async function seal(open: Bytes): Promise<{ sealed: Bytes; file: Omit<EncryptedFile, "url"> }> {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  // The last eight bytes count the blocks.
  const iv = new Uint8Array(16);
  crypto.getRandomValues(iv.subarray(0, 8));
  const sealed = new Uint8Array(await crypto.subtle.encrypt(counter(iv), await keyOf(secret), open));
  const file = {
    v: "v2",
    key: {
      kty: "oct",
      alg: "A256CTR",
      key_ops: ["encrypt", "decrypt"],
      k: bare(toBase64(secret)).replaceAll("+", "-").replaceAll("/", "_"),
      ext: true,
    },
    iv: bare(toBase64(iv)),
    hashes: { sha256: bare(toBase64(await sha256(sealed))) },
  } as const;
  return { sealed, file };
}

/** Open sealed bytes. Throws `Tampered` when they are not those that the file tells of. */
export async function unseal(sealed: Bytes, file: EncryptedFile): Promise<Bytes> {
  if (!equal(await sha256(sealed), fromBase64(file.hashes.sha256)))
    throw new Tampered("The file was changed on its way.");
  const secret = fromBase64(file.key.k.replaceAll("-", "+").replaceAll("_", "/"));
  return new Uint8Array(
    await crypto.subtle.decrypt(counter(fromBase64(file.iv)), await keyOf(secret), sealed),
  );
}

function keyOf(secret: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", secret, "AES-CTR", false, ["encrypt", "decrypt"]);
}

function counter(iv: Bytes): AesCtrParams {
  return { name: "AES-CTR", counter: iv, length: 64 };
}

function bare(base64: string): string {
  return base64.replace(/=+$/, "");
}

function isBytes(value: unknown, count: number): value is string {
  if (typeof value !== "string" || value.length > 64) return false;
  try {
    return fromBase64(value).length === count;
  } catch {
    return false;
  }
}
