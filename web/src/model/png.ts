/** Pixels as a PNG, quickly: nothing is packed. So a browser takes pixels from elsewhere like any other picture, their colours
 *  understood as they were meant. Pure.
 *
 *  spec: PNG (Third Edition), RFC 1950, RFC 1951 section 3.2.4
 */
import { type Bytes, utf8 } from "./bytes";

/** How colours are meant when no profile says it: numbers of ITU-T H.273. */
export interface Colours {
  readonly primaries: number;
  readonly transfer: number;
}

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Three bytes for a pixel, or four: red, green, blue, and how little one sees through it. */
  readonly channels: 3 | 4;
  /** From the first byte of a row to that of the next one. */
  readonly stride: number;
  readonly pixels: Uint8Array;
  readonly profile: Uint8Array | null;
  readonly colours: Colours | null;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const NAME = utf8("profile");
/** Length, name and sum of a chunk. */
const AROUND = 12;

/** Return the PNG of some pixels. */
export function pngOf({ width, height, channels, stride, pixels, profile, colours }: Raster): Bytes {
  const row = width * channels;
  const raw = height * (1 + row);
  const profileSize = profile === null ? 0 : NAME.length + 2 + storedSize(profile.length);
  const meant = profile === null && colours !== null ? [colours.primaries, colours.transfer, 0, 1] : null;
  const out = new Uint8Array(
    SIGNATURE.length +
      (AROUND + 13) +
      (profile === null ? 0 : AROUND + profileSize) +
      (meant === null ? 0 : AROUND + meant.length) +
      (AROUND + storedSize(raw)) +
      AROUND,
  );
  const view = new DataView(out.buffer);
  let at = 0;

  function chunk(name: string, size: number, fill: (at: number) => void): void {
    view.setUint32(at, size);
    out.set(utf8(name), at + 4);
    fill(at + 8);
    view.setUint32(at + 8 + size, crc(out.subarray(at + 4, at + 8 + size)));
    at += AROUND + size;
  }

  out.set(SIGNATURE);
  at = SIGNATURE.length;
  chunk("IHDR", 13, (from) => {
    view.setUint32(from, width);
    view.setUint32(from + 4, height);
    out.set([8, channels === 4 ? 6 : 2, 0, 0, 0], from + 8);
  });
  if (profile !== null) {
    chunk("iCCP", profileSize, (from) => {
      out.set(NAME, from);
      const stored = new Stored(out, from + NAME.length + 2, profile.length);
      stored.put(profile);
      stored.end();
    });
  }
  if (meant !== null) chunk("cICP", meant.length, (from) => out.set(meant, from));
  chunk("IDAT", storedSize(raw), (from) => {
    const stored = new Stored(out, from, raw);
    const unfiltered = Uint8Array.of(0);
    for (let y = 0; y < height; y += 1) {
      stored.put(unfiltered);
      stored.put(pixels.subarray(y * stride, y * stride + row));
    }
    stored.end();
  });
  chunk("IEND", 0, () => undefined);
  return out;
}

const BLOCK = 65_535;

function storedSize(length: number): number {
  return 2 + 5 * Math.ceil(length / BLOCK) + length + 4;
}

/** Writes what is put in as a zlib stream that is not packed. */
class Stored {
  /** Of the block that is open. */
  private left = 0;
  private low = 1;
  private high = 0;

  /** `rest`: so many bytes will be put in, one at least. */
  constructor(
    private readonly out: Uint8Array,
    private at: number,
    private rest: number,
  ) {
    out.set([0x78, 0x01], at);
    this.at += 2;
  }

  put(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      if (this.left === 0) this.open();
      const part = bytes.subarray(from, from + this.left);
      this.out.set(part, this.at);
      this.sum(part);
      this.at += part.length;
      this.left -= part.length;
      from += part.length;
    }
  }

  end(): void {
    new DataView(this.out.buffer).setUint32(this.at, this.high * 65_536 + this.low);
  }

  private open(): void {
    const size = Math.min(BLOCK, this.rest);
    this.rest -= size;
    this.left = size;
    const [low, high] = [size & 255, size >> 8];
    this.out.set([this.rest === 0 ? 1 : 0, low, high, 255 - low, 255 - high], this.at);
    this.at += 5;
  }

  /** Adler-32. So many bytes at once leave both sums below 2^32. */
  private sum(bytes: Uint8Array): void {
    let { low, high } = this;
    for (let from = 0; from < bytes.length; from += 5_552) {
      const to = Math.min(bytes.length, from + 5_552);
      for (let at = from; at < to; at += 1) {
        low += bytes[at] as number;
        high += low;
      }
      low %= 65_521;
      high %= 65_521;
    }
    this.low = low;
    this.high = high;
  }
}

/** What a byte does to the sum of a chunk, and what it does when as many as three others follow. */
const CRC = tables();

function tables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    return sum;
  });
  const all = [first];
  for (let place = 1; place < 4; place += 1)
    all.push((all.at(-1) as Uint32Array).map((sum) => (sum >>> 8) ^ (first[sum & 255] as number)));
  return all;
}

/** Four bytes at once: there are as many as a photo has pixels, three times. */
function crc(bytes: Uint8Array): number {
  const [last, third, second, first] = CRC as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let sum = -1;
  let at = 0;
  for (const end = bytes.length - 3; at < end; at += 4) {
    sum ^=
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    sum =
      (first[sum & 255] as number) ^
      (second[(sum >>> 8) & 255] as number) ^
      (third[(sum >>> 16) & 255] as number) ^
      (last[sum >>> 24] as number);
  }
  for (; at < bytes.length; at += 1)
    sum = (sum >>> 8) ^ (last[(sum ^ (bytes[at] as number)) & 255] as number);
  return ~sum >>> 0;
}
