/** Signed checkpoints and proofs of a public log, as anybody can check them.
 *
 *  What is malformed throws; what is well-formed and wrong is said to be wrong.
 *
 *  spec: C2SP signed-note, tlog-checkpoint, tlog-proof, tlog-tiles
 */
import { type Bytes, fromBase64, hex, join, sha256, toBase64, utf8 } from "./bytes";
import type { Hashes } from "./merkle";
import { nodeHash } from "./merkle";

export interface Key {
  readonly name: string;
  readonly id: string;
  readonly publicKey: Bytes;
}

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
}

export interface Proof {
  readonly index: number;
  readonly hashes: readonly Bytes[];
  readonly note: string;
}

export class Malformed extends Error {}

const ED25519 = 1;
const PROOF = "c2sp.org/tlog-proof@v1";
const HASHES_MAX = 63;
const WIDTH = 256;

/** Read a key as a log serves it: `name+id+key`. */
export async function readKey(text: string): Promise<Key> {
  const [name = "", id = "", ...rest] = text.trim().split("+");
  const material = base64(rest.join("+"));
  if (name === "" || material[0] !== ED25519 || material.length !== 33) throw new Malformed("no Ed25519 key");
  const hash = await sha256(utf8(`${name}\n`), material);
  if (hex(hash.slice(0, 4)) !== id) throw new Malformed("the key's id is not its own");
  return { name, id, publicKey: material.slice(1) };
}

/** Return what a signed checkpoint says, or null where the log has not signed it. */
export async function openCheckpoint(note: string, key: Key): Promise<Checkpoint | null> {
  const end = note.lastIndexOf("\n\n");
  if (end < 0) throw new Malformed("a note without signatures");
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2).split("\n");
  const imported = await crypto.subtle.importKey("raw", key.publicKey, "Ed25519", false, ["verify"]);
  for (const line of lines) {
    const [dash, name, signed = ""] = line.split(" ");
    if (dash !== "—" || name !== key.name) continue;
    const bytes = base64(signed);
    if (hex(bytes.slice(0, 4)) !== key.id) continue;
    if (!(await crypto.subtle.verify("Ed25519", imported, bytes.slice(4), utf8(text)))) return null;
    const checkpoint = readCheckpoint(text);
    return checkpoint.origin === key.name ? checkpoint : null;
  }
  return null;
}

function readCheckpoint(text: string): Checkpoint {
  const [origin = "", size = "", root = ""] = text.split("\n");
  return { origin, size: decimal(size), root: hash(root) };
}

/** Read a `.tlog-proof` file, and verify nothing. */
export function readProof(text: string): Proof {
  const end = text.indexOf("\n\n");
  const lines = text.slice(0, Math.max(end, 0)).split("\n");
  if (end < 0 || lines.shift() !== PROOF) throw new Malformed("no proof");
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const index = lines.shift() ?? "";
  if (!index.startsWith("index ") || lines.length > HASHES_MAX) throw new Malformed("no index, or too long");
  return { index: decimal(index.slice(6)), hashes: lines.map(hash), note: text.slice(end + 2) };
}

/** Return a tree of `size` leaves as its tiles show it. `fetchTile` is asked once for each. */
export function treeOf(size: number, fetchTile: (path: string) => Promise<Uint8Array>): Hashes {
  const known = new Map<string, Promise<Uint8Array>>();
  function tile(level: number, index: number): Promise<Uint8Array> {
    const width = Math.min(WIDTH, Math.floor(size / WIDTH ** level) - index * WIDTH);
    const path = tilePath(level, index, width);
    const found = known.get(path) ?? fetchTile(path);
    known.set(path, found);
    return found;
  }
  return async (level, index) => {
    const above = Math.floor(level / 8);
    const count = 2 ** (level % 8);
    const first = index * count;
    const bytes = await tile(above, Math.floor(first / WIDTH));
    let row = Array.from({ length: count }, (_, place) => {
      const at = ((first % WIDTH) + place) * 32;
      return bytes.slice(at, at + 32);
    });
    if (row.some((one) => one.length !== 32)) throw new Malformed("a tile is too short");
    while (row.length > 1) row = await pairs(row);
    return row[0] as Uint8Array<ArrayBuffer>;
  };
}

async function pairs(row: readonly Uint8Array[]): Promise<Bytes[]> {
  const found: Bytes[] = [];
  for (let at = 0; at + 1 < row.length; at += 2) {
    found.push(await nodeHash(row[at] as Uint8Array, row[at + 1] as Uint8Array));
  }
  return found;
}

/** Return where a tile lies below its log: groups of three digits, all but the last with an x in front. */
export function tilePath(level: number, index: number, width: number): string {
  let path = String(index % 1000).padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  }
  return `tile/${level}/${path}${width === WIDTH ? "" : `.p/${width}`}`;
}

const COMMITMENT = utf8("courtyard/statement/v1");

/** Say whether a commitment in an entry is to these bytes: only who has the salt can tell. */
export async function opens(commitment: unknown, salt: string, data: Uint8Array): Promise<boolean> {
  return commitment === `sha256:${hex(await sha256(join(COMMITMENT, base64(salt), data)))}`;
}

/** Return JSON as everybody writes the same value: keys in order, no spaces. Of what JSON can say, but for fractions. */
export function canonical(value: unknown): Bytes {
  return utf8(written(value));
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => byPoints(a, b));
  return `{${fields.map(([key, one]) => `${JSON.stringify(key)}:${written(one)}`).join(",")}}`;
}

/** The order of code points is that of the bytes, and not that of a text's halves of signs. */
function byPoints(a: string, b: string): number {
  return hex(utf8(a)) < hex(utf8(b)) ? -1 : 1;
}

function base64(text: string): Bytes {
  try {
    const bytes = fromBase64(text);
    if (toBase64(bytes) === text) return bytes;
  } catch {
    // Said below, as for one that has two texts.
  }
  throw new Malformed("not canonical base64");
}

function hash(text: string): Bytes {
  const bytes = base64(text);
  if (bytes.length !== 32) throw new Malformed("a hash of another length");
  return bytes;
}

function decimal(text: string): number {
  const number = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new Malformed("no number");
  return number;
}
