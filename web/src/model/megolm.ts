/** Megolm, as far as one message is shown to somebody else: the key of that message alone, and exactly what it says.
 *
 *  spec: the Megolm ratchet, https://spec.matrix.org/latest/olm-megolm/megolm/; client-server-api#key-exports
 */
import { type Bytes, fromBase64, join, toBase64, utf8 } from "./bytes";

const VERSION_OF_EXPORT = 1;
const VERSION_OF_MESSAGE = 3;
const PART = 32;
const RATCHET = 4 * PART;
const EXPORT_BYTES = 1 + 4 + RATCHET + PART;
const MAC_BYTES = 8;
const SIGNATURE_BYTES = 64;

interface Session {
  readonly index: number;
  readonly ratchet: Bytes;
}

interface Message {
  readonly index: number;
  readonly ciphertext: Bytes;
}

/** What goes to the server for one disclosed message. */
export interface Opened {
  /** The whole JSON that was encrypted. */
  readonly plaintext: Record<string, unknown>;
  /** What HKDF extracts from the ratchet at this message: it opens this message, and no other can be told from it. */
  readonly messageKey: string;
}

/** Open one message with an exported session. Null: this session cannot, or the message is none of this kind. */
export async function open(exported: string, ciphertext: string): Promise<Opened | null> {
  const session = readSession(exported);
  const message = readMessage(ciphertext);
  if (session === null || message === null || session.index > message.index) return null;
  const ratchet = await advance(session, message.index);
  const text = await decrypt(ratchet, message.ciphertext);
  if (text === null) return null;
  const plaintext = jsonOf(text);
  if (typeof plaintext !== "object" || plaintext === null) return null;
  return { plaintext: plaintext as Record<string, unknown>, messageKey: await keyOfOne(ratchet) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function readSession(exported: string): Session | null {
  const bytes = fromBase64(exported);
  if (bytes.length !== EXPORT_BYTES || bytes[0] !== VERSION_OF_EXPORT) return null;
  return {
    index: new DataView(bytes.buffer).getUint32(1),
    ratchet: bytes.slice(5, 5 + RATCHET),
  };
}

/** The first half of HKDF, without the second: it cannot be turned back, so the ratchet stays here. */
async function keyOfOne(ratchet: Bytes): Promise<string> {
  return toBase64(await hmac(new Uint8Array(PART), ratchet)).replace(/=+$/, "");
}

/** Read a message: a version, then an index and a ciphertext as protocol buffers write them, a MAC and a signature.
 *
 *  In all the ways in which clients read it: what can be read can be shown.
 */
function readMessage(text: string): Message | null {
  const bytes = fromBase64(text);
  const end = bytes.length - MAC_BYTES - SIGNATURE_BYTES;
  if (bytes[0] !== VERSION_OF_MESSAGE) return null;
  let at = 1;
  function varint(): number {
    let value = 0;
    for (let scale = 1; at < end; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  }
  let index = 0;
  let ciphertext: Bytes | null = null;
  while (at < end) {
    const tag = varint();
    const wire = tag % 8;
    if (wire === 0) {
      const value = varint();
      if (tag === 0x08) index = value % 2 ** 32;
      continue;
    }
    const length = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? varint() : Number.NaN;
    if (!(at + length <= end)) return null;
    if (tag === 0x12) ciphertext = bytes.slice(at, at + length);
    at += length;
  }
  return ciphertext === null ? null : { index, ciphertext };
}

/** Turn the ratchet to an index: part n changes every 2**(8 * (3 - n)) messages, and takes those behind it along. */
async function advance(session: Session, index: number): Promise<Bytes> {
  const parts = [0, 1, 2, 3].map((n) => session.ratchet.slice(n * PART, (n + 1) * PART));
  let at = session.index;
  for (const n of [0, 1, 2, 3]) {
    const shift = 8 * (3 - n);
    // How often this part has to turn; each turn but the last is of this part alone.
    for (let left = ((index >>> shift) - (at >>> shift)) & 0xff; left > 0; left--) {
      const source = parts[n] as Bytes;
      if (left === 1) {
        for (let behind = 3; behind > n; behind--) parts[behind] = await turn(source, behind);
        at = Math.floor(index / 2 ** shift) * 2 ** shift;
      }
      parts[n] = await turn(source, n);
    }
  }
  return join(...parts);
}

function turn(part: Bytes, n: number): Promise<Bytes> {
  return hmac(part, Uint8Array.of(n));
}

async function hmac(secret: Bytes, data: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, data));
}

async function decrypt(ratchet: Bytes, ciphertext: Bytes): Promise<string | null> {
  const secret = await crypto.subtle.importKey("raw", ratchet, "HKDF", false, ["deriveBits"]);
  const info = utf8("MEGOLM_KEYS");
  const salt = new Uint8Array(PART);
  const derived = new Uint8Array(
    await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, secret, 8 * 80),
  );
  const key = await crypto.subtle.importKey("raw", derived.slice(0, 32), "AES-CBC", false, ["decrypt"]);
  try {
    const iv = derived.slice(64, 80);
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, ciphertext));
  } catch {
    return null;
  }
}
