import { crc32, inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pngOf, type Raster } from "./png";

/** Read a PNG as a strict reader does: its chunks by their names, each with the right sum. */
function chunksOf(png: Uint8Array): Map<string, Uint8Array> {
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(png.buffer);
  const chunks = new Map<string, Uint8Array>();
  let at = 8;
  while (at < png.length) {
    const end = at + 8 + view.getUint32(at);
    expect(view.getUint32(end)).toBe(crc32(png.subarray(at + 4, end)));
    chunks.set(String.fromCharCode(...png.subarray(at + 4, at + 8)), png.slice(at + 8, end));
    at = end + 4;
  }
  return chunks;
}

function raster(width: number, height: number, channels: 3 | 4, gap: number): Raster {
  const stride = width * channels + gap;
  const pixels = Uint8Array.from({ length: stride * height }, (_, at) => (at * 31) % 251);
  return { width, height, channels, stride, pixels, profile: null, colours: null };
}

const DATA = "IDAT";

describe("pixels as a PNG", () => {
  it("come out as they went in, whatever their shape", () => {
    const sides = fc.integer({ min: 1, max: 300 });
    const shapes = fc.tuple(
      sides,
      sides,
      fc.constantFrom(3 as const, 4 as const),
      fc.integer({ min: 0, max: 9 }),
    );
    fc.assert(
      fc.property(shapes, ([width, height, channels, gap]) => {
        const from = raster(width, height, channels, gap);
        const chunks = chunksOf(pngOf(from));
        expect([...chunks.keys()]).toEqual(["IHDR", DATA, "IEND"]);
        const data = inflateSync(chunks.get(DATA) ?? new Uint8Array());
        const row = width * channels;
        expect(data.length).toBe(height * (1 + row));
        for (const y of [0, height - 1]) {
          const kept = from.pixels.subarray(y * from.stride, y * from.stride + row);
          expect(data.subarray(y * (1 + row), (y + 1) * (1 + row))).toEqual(Buffer.from([0, ...kept]));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("say how their colours are meant, by a profile or by numbers", () => {
    const profile = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256);
    const colours = { primaries: 12, transfer: 13 };
    const held = chunksOf(pngOf({ ...raster(2, 2, 3, 0), profile, colours }));
    expect([...held.keys()]).toEqual(["IHDR", "iCCP", DATA, "IEND"]);
    const written = held.get("iCCP") ?? new Uint8Array();
    const begin = written.indexOf(0) + 2;
    expect(new Uint8Array(inflateSync(written.subarray(begin)))).toEqual(profile);
    const numbers = chunksOf(pngOf({ ...raster(2, 2, 4, 0), colours })).get("cICP");
    expect(numbers).toEqual(Uint8Array.of(12, 13, 0, 1));
  });
});
