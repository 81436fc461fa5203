import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "./bytes";
import { isHeic, isSaidHeic } from "./heic";

function file(major: string, ...compatible: string[]): Uint8Array {
  const head = utf8(`\0\0\0\0ftyp${major}\0\0\0\0${compatible.join("")}`);
  new DataView(head.buffer).setUint32(0, head.length);
  return new Uint8Array([...head, ...utf8("\0\0\x01\x98metaheic")]);
}

describe("a picture as phones pack them", () => {
  it("is told by its bytes", () => {
    expect(isHeic(file("heic", "mif1", "heic", "miaf"))).toBe(true);
    // Others say first that it holds pictures at all.
    expect(isHeic(file("mif1", "heic"))).toBe(true);
    expect(isHeic(file("msf1", "hevc", "heis"))).toBe(true);
    expect(isHeic(file("heix"))).toBe(true);
  });

  it("is not what browsers open by themselves, nor a film, nor anything else", () => {
    expect(isHeic(file("avif", "mif1", "miaf"))).toBe(false);
    expect(isHeic(file("mif1", "avif", "miaf"))).toBe(false);
    expect(isHeic(file("isom", "iso2", "mp41"))).toBe(false);
    // What comes after the box is none of its words.
    expect(isHeic(file("qt  "))).toBe(false);
    expect(isHeic(utf8("\xff\xd8\xff and so on, heic heic"))).toBe(false);
  });

  it("is nothing that is cut off or made up", () => {
    const whole = file("heic", "mif1");
    expect(isHeic(whole.subarray(0, 15))).toBe(false);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => !isHeic(bytes)));
    const brands = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(brands, (rest) => {
        isHeic(new Uint8Array([...whole.subarray(0, 8), ...rest]));
      }),
    );
  });

  it("has types of its own", () => {
    const said = ["image/heic", "image/HEIF", "image/heic-sequence", "image/avif", "image/heics", ""];
    expect(said.map(isSaidHeic)).toEqual([true, true, true, false, false, false]);
  });
});
