import { describe, expect, it } from "vitest";
import { type Bytes, join, utf8 } from "./bytes";
import { boxAt, emptyBox, notesIn } from "./film";
import { isMoving, stripped } from "./strip";

function part(marker: number, ...content: readonly Uint8Array[]): Bytes {
  const body = join(...content);
  return join(Uint8Array.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255), body);
}

/** Notes with a place in them, and how the picture must be turned. */
function exif(turn: number): Bytes {
  const tiff = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, turn, 0, 0, 0];
  return part(0xe1, utf8("Exif\0\0"), Uint8Array.from(tiff), utf8("GPS 52.5N"));
}

const SOI = Uint8Array.of(0xff, 0xd8);
const EOI = Uint8Array.of(0xff, 0xd9);
const JFIF = part(0xe0, utf8("JFIF\0"));
const TABLE = part(0xdb, Uint8Array.of(0, 1, 2));
const SCAN = join(part(0xda, Uint8Array.of(1)), Uint8Array.of(7, 0xff, 0, 8, 0xff, 0xd1, 9));
const text = (bytes: Uint8Array | null) => new TextDecoder("latin1").decode(bytes ?? new Uint8Array());

describe("a photo", () => {
  it("loses its place, and keeps its pixels and colours", () => {
    const icc = part(0xe2, utf8("ICC_PROFILE\0x"));
    const film = utf8("a film with GPS 52.5N");
    const out = stripped(
      join(SOI, JFIF, exif(1), part(0xfe, utf8("GPS")), icc, TABLE, SCAN, TABLE, SCAN, EOI, film),
    );
    expect(out).toEqual(join(SOI, JFIF, icc, TABLE, SCAN, TABLE, SCAN, EOI));
  });

  it("still says how it must be turned", () => {
    const out = stripped(join(SOI, exif(6), TABLE, SCAN, EOI));
    expect(text(out)).not.toContain("GPS");
    expect(text(out)).toContain("Exif");
    expect(stripped(out as Bytes)).toEqual(out);
  });

  it("that is not whole is left to others", () => {
    const whole = join(SOI, exif(1), TABLE, SCAN, EOI);
    for (let length = 0; length < whole.length; length += 1)
      expect(stripped(whole.slice(0, length))).toBeNull();
  });
});

it("a PNG and a WebP lose their notes", () => {
  const chunk = (kind: string, body: Bytes) =>
    join(Uint8Array.of(0, 0, 0, body.length), utf8(kind), body, new Uint8Array(4));
  const head = join(Uint8Array.of(0x89), utf8("PNG\r\n\x1a\n"));
  const plain = join(head, chunk("IHDR", utf8("x")), chunk("IEND", utf8("")));
  const noted = join(head, chunk("IHDR", utf8("x")), chunk("eXIf", utf8("GPS")), chunk("IEND", utf8("")));
  expect(stripped(noted)).toEqual(plain);

  const riff = (...chunks: readonly Bytes[]) => {
    const body = join(utf8("WEBP"), ...chunks);
    return join(utf8("RIFF"), Uint8Array.of(body.length, 0, 0, 0), body);
  };
  const piece = (kind: string, body: Bytes) => join(utf8(kind), Uint8Array.of(body.length, 0, 0, 0), body);
  const flags = (bits: number) => piece("VP8X", Uint8Array.of(bits, 0, 0, 0, 1, 0, 0, 1, 0, 0));
  const pixels = piece("VP8 ", utf8("pixels"));
  expect(stripped(riff(flags(0x1c), pixels, piece("EXIF", utf8("GPS!"))))).toEqual(riff(flags(0x10), pixels));
});

it("what moves is known by its head", () => {
  expect(isMoving(utf8("GIF89a"))).toBe(true);
  expect(isMoving(utf8("RIFF....WEBPVP8X..........ANIM"))).toBe(true);
  expect(isMoving(utf8("RIFF....WEBPVP8 "))).toBe(false);
});

describe("a film", () => {
  const box = (kind: string, ...inside: readonly Uint8Array[]) => {
    const body = join(...inside);
    return join(Uint8Array.of(0, 0, 0, body.length + 8), utf8(kind), body);
  };
  const notes = box("udta", utf8("+52.5+013.4/"));

  it("loses its notes, its own and its tracks', and keeps every distance", () => {
    const moov = box("moov", box("mvhd"), notes, box("trak", box("tkhd"), notes));
    const found = notesIn(moov, 1_000);
    const out = moov.slice();
    for (const one of found) out.set(emptyBox(one), one.from - 1_000);
    expect(found.length).toBe(2);
    expect(text(out)).not.toContain("52.5");
    expect(notesIn(out, 0)).toEqual([]);
  });

  it("with a size that cannot be ends the walk", () => {
    expect(boxAt(Uint8Array.of(0, 0, 0, 4, 1, 1, 1, 1), 0, 100)).toBeNull();
    expect(boxAt(Uint8Array.of(0, 0, 0, 200, 1, 1, 1, 1), 0, 100)).toBeNull();
    expect(boxAt(Uint8Array.of(0, 0), 0, 100)).toBeNull();
    expect(boxAt(Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1), 10, 100)).toMatchObject({ from: 10, to: 100 });
  });
});
