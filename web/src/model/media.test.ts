import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockOf } from "./clock";
import { describing, fitting, infoOf, kindOf, namesOf, placeFor, wordsIn } from "./media";

describe("what a message with a file says", () => {
  it("comes out as it went in, with and without words about it", () => {
    for (const caption of ["", "By the sea"]) {
      const content = describing({ kind: "image", name: "a.jpg", caption, info: { w: 4, h: 3, size: 9 } });
      expect(kindOf("m.room.message", content)).toBe("image");
      expect(namesOf(content)).toEqual({ name: "a.jpg", caption });
      expect(wordsIn("m.room.message", content)).toBe(caption);
      expect(infoOf(content)).toMatchObject({ width: 4, height: 3, size: 9, durationMs: null });
    }
  });

  it("is formatted where its words are", () => {
    const file = { kind: "image", name: "a.jpg", info: {} } as const;
    expect(describing({ ...file, caption: " **Sea** ", html: "<strong>Sea</strong>" })).toMatchObject({
      ...{ body: "**Sea**", format: "org.matrix.custom.html", formatted_body: "<strong>Sea</strong>" },
    });
    expect(describing({ ...file, caption: "Sea", html: null })).not.toHaveProperty("format");
  });

  it("has its name in the body when an older client wrote it", () => {
    expect(namesOf({ body: "IMG_1.png" })).toEqual({ name: "IMG_1.png", caption: "" });
  });

  it("leads out of no folder and hides no ending", () => {
    expect(namesOf({ body: "../../etc/passwd" }).name).toBe("_.._etc_passwd");
    expect(namesOf({ body: "photo\u202egnp.exe" }).name).toBe("photognp.exe");
  });

  it("is read without a fault, whatever anybody wrote", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("msgtype", "body", "info", "filename"), fc.anything()),
        (said) => {
          kindOf("m.room.message", said);
          namesOf(said);
          const { width, height } = placeFor(infoOf(said));
          expect(width).toBeGreaterThan(0);
          expect(height).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("takes a blurred picture only when it is one", () => {
    const of = (hash: unknown) => infoOf({ info: { "xyz.amorgan.blurhash": hash } }).blurhash;
    expect(of("LEHV6nWB2yk8pyo0adR*.7kCMdnj")).not.toBeNull();
    for (const bad of ["LEHV6nWB2yk8pyo0adR*.7kCMdn", "~~~~~~", "", 7, "x".repeat(5_000)])
      expect(of(bad)).toBeNull();
  });
});

describe("the place of a picture", () => {
  it("has its shape, within bounds", () => {
    expect(placeFor({ width: 3000, height: 2000 })).toEqual({ width: 300, height: 200 });
    expect(placeFor({ width: 10, height: 99_999 })).toEqual({ width: 96, height: 360 });
    expect(placeFor({ width: 150, height: 150 })).toEqual({ width: 150, height: 150 });
  });

  it("of a small copy is never larger than the picture", () => {
    expect(fitting(4000, 3000, 2048)).toEqual({ width: 2048, height: 1536 });
    expect(fitting(40, 30, 2048)).toEqual({ width: 40, height: 30 });
  });
});

it("tells how long something lasts", () => {
  expect([400, 65_000, 3_605_000].map((ms) => clockOf(Math.round(ms / 1000)))).toEqual([
    "0:00",
    "1:05",
    "1:00:05",
  ]);
});
