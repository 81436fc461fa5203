import { describe, expect, it } from "vitest";
import { type Bytes, join, utf8 } from "./bytes";
import { blank, boxAt, notesIn } from "./film";
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
    const found = notesIn(moov, 1_000) ?? [];
    const out = moov.slice();
    for (const one of found) out.set(blank(one), one.from - 1_000);
    expect(found.length).toBe(2);
    expect(text(out)).not.toContain("52.5");
    expect(notesIn(out, 0)).toEqual([]);
  });

  const numbers = (...all: readonly number[]) => {
    const bytes = new Uint8Array(4 * all.length);
    for (const [at, one] of all.entries()) new DataView(bytes.buffer).setUint32(4 * at, one);
    return bytes;
  };
  const track = (handler: string, ...tables: readonly Uint8Array[]) =>
    box(
      "trak",
      box("tkhd", numbers(0, 7001, 7002, 1)),
      box(
        "mdia",
        box("mdhd", join(Uint8Array.of(1, 0, 0, 0), numbers(0, 7003, 0, 7004, 1))),
        box("hdlr", numbers(0, 0), utf8(handler)),
        box("minf", box("stbl", ...tables)),
      ),
    );
  /** Two chunks: one with two samples, one with one. */
  const tables = [
    box("stsc", numbers(0, 2, 1, 2, 1, 2, 1, 1)),
    box("stsz", numbers(0, 0, 3, 4, 5, 6)),
    box("stco", numbers(0, 2, 20, 40)),
  ];

  it("loses when it was made", () => {
    const moov = box("moov", box("mvhd", numbers(0, 7001, 7002, 1)), track("vide"));
    const out = moov.slice();
    for (const one of notesIn(moov, 0) ?? []) out.set(blank(one), one.from);
    const found = Array.from({ length: out.length - 3 }, (_, at) => new DataView(out.buffer).getUint32(at));
    expect(found.filter((one) => one >= 7001 && one <= 7004)).toEqual([]);
    expect(out.length).toBe(moov.length);
    expect(text(out)).toContain("mdhd");
  });

  it("loses a track of places with all that it holds", () => {
    const moov = box("moov", track("soun", ...tables), track("meta", ...tables));
    const found = notesIn(moov, 1_000) ?? [];
    expect(found.filter(({ from }) => from < 1_000)).toEqual([
      { from: 20, to: 29, isBox: false },
      { from: 40, to: 46, isBox: false },
    ]);
    expect(found.filter(({ isBox }) => isBox)).toHaveLength(1);
  });

  it("is left to others when nobody can say where that lies", () => {
    for (const broken of [[], tables.slice(1), [...tables.slice(0, 2), box("stco", numbers(0, 90, 20))]])
      expect(notesIn(box("moov", track("meta", ...broken)), 1_000)).toBeNull();
    expect(notesIn(box("moov", box("mvex"), track("meta", ...tables)), 1_000)).toBeNull();
  });

  it("with a size that cannot be ends the walk", () => {
    expect(boxAt(Uint8Array.of(0, 0, 0, 4, 1, 1, 1, 1), 0, 100)).toBeNull();
    expect(boxAt(Uint8Array.of(0, 0, 0, 200, 1, 1, 1, 1), 0, 100)).toBeNull();
    expect(boxAt(Uint8Array.of(0, 0), 0, 100)).toBeNull();
    expect(boxAt(Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1), 10, 100)).toMatchObject({ from: 10, to: 100 });
  });
});
