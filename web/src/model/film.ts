/** Films (MP4, QuickTime) without what the camera noted in them: the place and the time, above all. Pure.
 *
 *  A film is a tree of boxes, found by their distances from its start. So nothing is cut out: a box of notes becomes one that is
 *  passed over (`free`), and its bytes become zeros. So do tracks that are neither seen nor heard: some cameras write one of places.
 */

/** A stretch of a file. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Box extends Stretch {
  readonly kind: string;
  /** Where its content begins. */
  readonly inside: number;
}

/** What is to be blank: a whole box, or bytes within one. */
export interface Blank extends Stretch {
  readonly isBox: boolean;
}

const NOTES = new Set(["udta", "meta", "uuid"]);
/** When it was made. */
const TIMES = new Set(["mvhd", "tkhd", "mdhd"]);
/** What a track holds that is shown: pictures, sound, words. */
const SHOWN = new Set(["vide", "soun", "subt", "sbtl", "text", "clcp"]);

/** Return what is to be blank of a film, by its places in the file, in their order. `moov`: the box that describes it, which begins at `at`.
 *
 *  Null: where some of it lies is not known here.
 */
export function notesIn(moov: Uint8Array, at: number): Blank[] | null {
  const boxes = walk(moov, 8, moov.length);
  const inPieces = boxes.some(({ kind }) => kind === "mvex");
  const found: Blank[] = [];
  for (const box of boxes) {
    if (box.kind !== "trak") {
      found.push(...blankIn(moov, box));
      continue;
    }
    const parts = walk(moov, box.inside, box.to);
    const media = childrenOf(moov, parts, "mdia");
    const handler = media.find(({ kind }) => kind === "hdlr");
    if (handler === undefined || SHOWN.has(letters(moov, handler.inside + 8))) {
      found.push(...[...parts, ...media].flatMap((part) => blankIn(moov, part)));
      continue;
    }
    const samples = inPieces
      ? null
      : samplesIn(moov, childrenOf(moov, childrenOf(moov, media, "minf"), "stbl"));
    if (samples === null) return null;
    found.push({ from: box.from, to: box.to, isBox: true });
    // Those are told by their places in the file already.
    found.push(...samples.map(({ from, to }) => ({ from: from - at, to: to - at, isBox: false })));
  }
  const all = found.map(({ from, to, isBox }) => ({ from: at + from, to: at + to, isBox }));
  all.sort((one, other) => one.from - other.from);
  return all.every(({ from }, place) => from >= (all[place - 1]?.to ?? 0)) ? all : null;
}

function blankIn(moov: Uint8Array, { kind, from, to, inside }: Box): Blank[] {
  if (NOTES.has(kind)) return [{ from, to, isBox: true }];
  // Its second form has longer ones.
  const end = inside + (moov[inside] === 1 ? 20 : 12);
  return TIMES.has(kind) && end <= to ? [{ from: inside + 4, to: end, isBox: false }] : [];
}

function childrenOf(moov: Uint8Array, boxes: readonly Box[], kind: string): Box[] {
  const box = boxes.find((one) => one.kind === kind);
  return box === undefined ? [] : walk(moov, box.inside, box.to);
}

/** Return where in the file a track's samples are; null where its tables do not say so. */
function samplesIn(moov: Uint8Array, tables: readonly Box[]): Stretch[] | null {
  const view = new DataView(moov.buffer, moov.byteOffset, moov.byteLength);
  const at = (kind: string) => tables.find((one) => one.kind === kind)?.inside;
  const [sizes, runs, short, long] = [at("stsz"), at("stsc"), at("stco"), at("co64")];
  const places = short ?? long;
  if (sizes === undefined || runs === undefined || places === undefined) return null;
  const sameSize = view.getUint32(sizes + 4);
  const found: Stretch[] = [];
  let [run, sample] = [0, 0];
  try {
    for (let chunk = 0; chunk < view.getUint32(places + 4); chunk += 1) {
      // A run goes on until the first chunk of the next one; they count from one.
      const isNext = run + 1 < view.getUint32(runs + 4) && view.getUint32(runs + 20 + 12 * run) <= chunk + 1;
      if (isNext) run += 1;
      const count = view.getUint32(runs + 12 + 12 * run);
      const from =
        short === undefined
          ? Number(view.getBigUint64(places + 8 + 8 * chunk))
          : view.getUint32(places + 8 + 4 * chunk);
      let to = from + sameSize * count;
      for (let one = 0; sameSize === 0 && one < count; one += 1) {
        to += view.getUint32(sizes + 12 + 4 * sample);
        sample += 1;
      }
      if (to > from) found.push({ from, to });
    }
  } catch (error) {
    // Read past the end: the tables are not whole.
    if (error instanceof RangeError) return null;
    throw error;
  }
  return found;
}

export function isNotes(kind: string): boolean {
  return NOTES.has(kind);
}

/** Return the box that begins with these 16 bytes (fewer at the end of a file), at its place in a file. Null: this is none. */
export function boxAt(head: Uint8Array, from: number, fileSize: number): Box | null {
  if (head.length < 8) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const kind = letters(head, 4);
  const short = view.getUint32(0);
  const isLong = short === 1 && head.length >= 16;
  const size = short === 0 ? fileSize - from : isLong ? Number(view.getBigUint64(8)) : short;
  const inside = from + (isLong ? 16 : 8);
  return size < inside - from || from + size > fileSize ? null : { kind, from, inside, to: from + size };
}

/** Return what takes the place of something: of a box, one as long with nothing in it. */
export function blank({ from, to, isBox }: Blank): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(to - from);
  if (!isBox) return bytes;
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

function letters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
