/** The Merkle tree of a public log: that an entry is in a tree, and that one tree continues another.
 *
 *  A tree is seen through `at(level, index)`: the hash over the 2**level leaves from index * 2**level on. Sizes stay below 2**31:
 *  the shifts below are those of 32 bits.
 *
 *  spec: RFC 6962, section 2.1; RFC 9162, sections 2.1.3.2 and 2.1.4.2
 */
import { type Bytes, equal, sha256 } from "./bytes";

export type Hashes = (level: number, index: number) => Promise<Uint8Array>;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

const SIZE_MAX = 2 ** 31 - 1;

/** Hash an entry. The first byte keeps a leaf from passing for a node. */
export function leafHash(entry: Uint8Array): Promise<Bytes> {
  return sha256(LEAF, entry);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(NODE, left, right);
}

/** Say whether the leaf with hash `leaf` is number `index` of the tree. */
export async function isIncluded(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): Promise<boolean> {
  if (!(index >= 0 && index < size && size <= SIZE_MAX)) return false;
  let place = index;
  let last = size - 1;
  let found = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (place & 1 || place === last) {
      found = await nodeHash(sibling, found);
      while (!(place & 1) && place > 0) {
        place >>= 1;
        last >>= 1;
      }
    } else {
      found = await nodeHash(found, sibling);
    }
    place >>= 1;
    last >>= 1;
  }
  return last === 0 && equal(found, root);
}

/** Say whether the tree of `size` begins with the tree of `old` leaves. */
export async function isContinued(
  old: number,
  size: number,
  oldRoot: Uint8Array,
  root: Uint8Array,
  proof: readonly Uint8Array[],
): Promise<boolean> {
  if (!(old >= 0 && old <= size && size <= SIZE_MAX)) return false;
  if (old === 0) return proof.length === 0;
  if (old === size) return proof.length === 0 && equal(oldRoot, root);
  // A complete old tree is a node of the new one, and so is not repeated in the proof.
  const path = (old & (old - 1)) === 0 ? [oldRoot, ...proof] : [...proof];
  let place = old - 1;
  let last = size - 1;
  while (place & 1) {
    place >>= 1;
    last >>= 1;
  }
  const first = path.shift();
  if (first === undefined) return false;
  let foundOld = first;
  let found = first;
  for (const sibling of path) {
    if (last === 0) return false;
    if (place & 1 || place === last) {
      foundOld = await nodeHash(sibling, foundOld);
      found = await nodeHash(sibling, found);
      while (!(place & 1) && place > 0) {
        place >>= 1;
        last >>= 1;
      }
    } else {
      found = await nodeHash(found, sibling);
    }
    place >>= 1;
    last >>= 1;
  }
  return last === 0 && equal(foundOld, oldRoot) && equal(found, root);
}

/** Return the hashes that show that a tree of `size` continues its own first `old` leaves. */
export async function continuation(old: number, size: number, at: Hashes): Promise<Uint8Array[]> {
  if (old === 0 || old === size) return [];
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = size;
  while (end !== old) {
    const middle = split(start, end);
    if (old <= middle) {
      proof.push(await range(middle, end, at));
      end = middle;
    } else {
      proof.push(await range(start, middle, at));
      start = middle;
    }
  }
  // The old root holds more than this subtree, so whoever verifies cannot know its hash.
  if (start > 0) proof.push(await range(start, end, at));
  return proof.reverse();
}

/** Return where RFC 6962 parts a range: after the largest power of two that leaves something. */
function split(start: number, end: number): number {
  return start + 2 ** (bits(end - start - 1) - 1);
}

/** Return the hash of the leaves from `start` to before `end`, a range that `split` made. */
async function range(start: number, end: number, at: Hashes): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let from = start; from < end; ) {
    const level = bits(end - from) - 1;
    parts.push(await at(level, from / 2 ** level));
    from += 2 ** level;
  }
  let found = parts.pop() ?? new Uint8Array();
  for (let left = parts.pop(); left !== undefined; left = parts.pop()) found = await nodeHash(left, found);
  return found;
}

function bits(number: number): number {
  return 32 - Math.clz32(number);
}
