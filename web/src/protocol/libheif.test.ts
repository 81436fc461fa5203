import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64 } from "../model/bytes";
import { isHeic } from "../model/heic";
import { type Libheif, opened, SIDE_MAX, TooLarge } from "./libheif";

/** 64 by 48, red, a green corner at the top left; and it says that it must be turned a quarter to the right. */
const TURNED = fromBase64(
  "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA" +
    "AAAAADRpbG9jAAAAAERAAAIAAQAAAAAB7AABAAAAAAAAAG8AAgAAAAACWwABAAAAAAAAACQAAAA4aWluZgAAAAAAAgAAABVp" +
    "bmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAABB2lwcnAAAADmaXBjbwAAAHZo" +
    "dmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAA" +
    "AwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAA" +
    "AAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAAAlpcm90" +
    "AwAAABlpcG1hAAAAAAAAAAEAAQaBAgMFhIYAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAAJttZGF0AAAAaygBrwY48Je9" +
    "7bfsXv//+jZv//wWKidFb8aVjaq7ko33mWtv+vRExIShED/f5z3il/D+H+F80fBXrV/+/FuPtId/K40ALv7yzkVk4UloQr6m" +
    "4PHlkPW/Q1TD32vVZ/sTlpy4v1dItaVpeVuwAAAABkV4aWYAAE1NACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA",
);
/** The same as it is, half of it seen through, its colours multiplied with that. */
const GLASS = fromBase64(
  "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAnltZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAA" +
    "AAAAADRpbG9jAAAAAERAAAIAAQAAAAACnQABAAAAAAAAAFsAAgAAAAAC+AABAAAAAAAAAA4AAAA4aWluZgAAAAAAAgAAABVp" +
    "bmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAAACAABodmMxAAAAAA5waXRtAAAAAAABAAABqmlwcnAAAAGCaXBjbwAAAHZo" +
    "dmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAA" +
    "AwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAA" +
    "AAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAAHBodmND" +
    "AQQIAAAAn/gAAAAAHvAA/Pz4+AAADwNgAAEAF0ABDAH//wQIAAADAJ/4AAADAAAeugJAYQABACVCAQEECAAAAwCf+AAAAwAA" +
    "HsCCBBZbq5Ka5sCAAAAMgAAAAwCEYgABAAZEAcFzwIkAAAAOcGl4aQAAAAABCAAAACdhdXhDAAAAAHVybjptcGVnOmhldmM6" +
    "MjAxNTphdXhpZDoxAAAAACBpcG1hAAAAAAAAAAIAAQWBAgMFhAACBYYDB4iEAAAAKGlyZWYAAAAAAAAADmF1eGwAAgABAAEA" +
    "AAAOcHJlbQABAAEAAgAAAHFtZGF0AAAAVygBrwY48Je97bf4ik///0jz//39yidFb8aVjaq2/lfc03b/W7Ew7W2RbTTxWnAT" +
    "rZ0xDrwZAk4f/JLQh/hsQCRv6bBWwOC0hr4v1PF48zYq36CNlD2n8AAAAAooAa4McLjNO8PX",
);
const RED = [200, 30, 40];
const GREEN = [0, 160, 0];

function begun(): Libheif {
  const { resolve } = createRequire(import.meta.url);
  const folder = "libheif-js/libheif-wasm";
  const make = createRequire(import.meta.url)(`${folder}/libheif.js`) as (options: object) => Libheif;
  const silent = () => undefined;
  const wasmBinary = readFileSync(resolve(`${folder}/libheif.wasm`));
  return make({ wasmBinary, print: silent, printErr: silent });
}

function pixel({ pixels, stride, channels }: ReturnType<typeof opened>, x: number, y: number): number[] {
  return [...pixels.subarray(y * stride + x * channels, y * stride + (x + 1) * channels)];
}

/** Packed with losses: nearly so. */
function expectNear(seen: readonly number[], meant: readonly number[]): void {
  expect(seen.length).toBe(meant.length);
  for (const [place, value] of meant.entries())
    expect(Math.abs((seen[place] ?? -99) - value)).toBeLessThan(8);
}

describe("a picture as phones pack them", () => {
  it("is opened upright, in its colours", () => {
    expect(isHeic(TURNED)).toBe(true);
    const raster = opened(begun(), TURNED);
    expect([raster.width, raster.height, raster.channels]).toEqual([48, 64, 3]);
    expectNear(pixel(raster, 44, 4), GREEN);
    expectNear(pixel(raster, 4, 4), RED);
    expectNear(pixel(raster, 44, 60), RED);
    // It says what is taken for granted anyway.
    expect([raster.profile, raster.colours]).toEqual([null, null]);
  });

  it("can be seen through, and does not become darker by it", () => {
    const raster = opened(begun(), GLASS);
    expect([raster.width, raster.height, raster.channels]).toEqual([64, 48, 4]);
    expectNear(pixel(raster, 4, 4), [...GREEN, 128]);
    expectNear(pixel(raster, 60, 40), [...RED, 128]);
  });

  it("is not opened when it says that it is too large", () => {
    const large = TURNED.slice();
    const at = String.fromCharCode(...large).indexOf("ispe") + 8;
    new DataView(large.buffer).setUint32(at, SIDE_MAX + 1);
    new DataView(large.buffer).setUint32(at + 4, SIDE_MAX);
    expect(() => opened(begun(), large)).toThrow(TooLarge);
  });

  it("ends in an error or in pixels, whatever stands in it", () => {
    let heif = begun();
    const changes = fc.array(fc.tuple(fc.nat(TURNED.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(changes, fc.nat(TURNED.length), (places, length) => {
        const broken = TURNED.slice(0, places.length > 4 ? length : undefined);
        for (const [at, byte] of places) if (at < broken.length) broken[at] = byte;
        try {
          const { pixels, stride, height } = opened(heif, broken);
          expect(pixels.length).toBe(stride * height);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          heif = begun();
        }
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
