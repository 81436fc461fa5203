import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Bytes, join, utf8 } from "../../model/bytes";
import { NoPicture, picturesIn, smallPicture } from "./smallPicture";

function riff(...kinds: readonly string[]): Bytes {
  const chunks = kinds.map((kind) => join(utf8(kind), Uint8Array.of(4, 0, 0, 0), utf8("GPS!")));
  const body = join(utf8("WEBP"), ...chunks);
  return join(utf8("RIFF"), Uint8Array.of(body.length, 0, 0, 0), body);
}
let side = 200;

beforeEach(() => {
  side = 200;
  vi.stubGlobal("createImageBitmap", async (file: Blob) => {
    if ((await file.text()).includes("torn")) throw new Error("not a picture");
    return { width: side, height: side, close: () => undefined };
  });
});
afterEach(() => vi.unstubAllGlobals());

it("what moves stays as it is, but for its notes", async () => {
  const webp = new Blob([riff("ANIM", "ANMF", "EXIF")], { type: "image/webp" });
  const made = await smallPicture(webp);
  expect([made.width, made.blob.type]).toEqual([200, "image/webp"]);
  expect(await made.blob.text()).toContain("ANMF");
  expect(await made.blob.text()).not.toContain("EXIF");
  side = 600;
  await expect(smallPicture(webp)).rejects.toThrow(NoPicture);
  await expect(smallPicture(webp)).rejects.toMatchObject({ why: "moving" });
});

it("one that cannot be used is named, and keeps no other out", async () => {
  const file = (name: string, ...parts: string[]) => new File(parts, name);
  const { pictures, leftOut } = await picturesIn([
    file("a.gif", "GIF89a"),
    file("b.png", "torn"),
    file("c.gif", "GIF89a"),
  ]);
  expect(pictures.map(({ name, words }) => [name, words])).toEqual([
    ["a.gif", "a"],
    ["c.gif", "c"],
  ]);
  expect(leftOut).toEqual([{ name: "b.png", why: "unusable" }]);
});
