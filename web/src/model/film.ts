/** Films (MP4, QuickTime) without what the camera noted in them: the place, above all. Pure.
 *
 *  A film is a tree of boxes, found by their distances from its start. So nothing is cut out: a box of notes becomes one that is
 *  passed over (`free`), and its bytes become zeros.
 */

/** A stretch of a file. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface Box extends Stretch {
  readonly kind: string;
  /** Where its content begins. */
  readonly inside: number;
}

const NOTES = new Set(["udta", "meta", "uuid"]);

/** Return the boxes of notes within one that holds the film's description (`moov`), by their places in the file. */
export function notesIn(moov: Uint8Array, at: number): Stretch[] {
  return walk(moov, 8, moov.length).flatMap((box): Stretch[] => {
    if (NOTES.has(box.kind)) return [{ from: at + box.from, to: at + box.to }];
    if (box.kind !== "trak") return [];
    const inner = walk(moov, box.inside, box.to).filter(({ kind }) => NOTES.has(kind));
    return inner.map(({ from, to }) => ({ from: at + from, to: at + to }));
  });
}

export function isNotes(kind: string): boolean {
  return NOTES.has(kind);
}

/** Return the box that begins with these 16 bytes (fewer at the end of a file), at its place in a file. Null: this is none. */
export function boxAt(head: Uint8Array, from: number, fileSize: number): Box | null {
  if (head.length < 8) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const kind = String.fromCharCode(...head.subarray(4, 8));
  const short = view.getUint32(0);
  const isLong = short === 1 && head.length >= 16;
  const size = short === 0 ? fileSize - from : isLong ? Number(view.getBigUint64(8)) : short;
  const inside = from + (isLong ? 16 : 8);
  return size < inside - from || from + size > fileSize ? null : { kind, from, inside, to: from + size };
}

/** Return what takes the place of a box: one as long, with nothing in it. */
export function emptyBox({ from, to }: Stretch): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(to - from);
  new DataView(bytes.buffer).setUint32(0, to - from);
  bytes.set([0x66, 0x72, 0x65, 0x65], 4);
  return bytes;
}

function walk(bytes: Uint8Array, from: number, to: number): Box[] {
  const found: Box[] = [];
  for (let at = from; at < to; ) {
    const box = boxAt(bytes.subarray(at, Math.min(at + 16, to)), at, to);
    if (box === null) break;
    found.push(box);
    at = box.to;
  }
  return found;
}
