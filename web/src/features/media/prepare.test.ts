// @vitest-environment jsdom
import { afterEach, expect, it, vi } from "vitest";
import { type Bytes, join, utf8 } from "../../model/bytes";
import { prepare } from "./prepare";

vi.mock("./picture", () => ({
  drawn: async () => ({ blob: new Blob(["drawn"], { type: "image/jpeg" }), width: 8, height: 6 }),
  blurred: () => "",
  isTransparent: () => false,
}));

const PLACE = "GPS 52.5N";

function part(marker: number, body: Uint8Array): Bytes {
  return join(Uint8Array.of(0xff, marker, 0, body.length + 2), body);
}
const SCAN = join(part(0xda, Uint8Array.of(1)), Uint8Array.of(7, 8));
const PHOTO = join(
  Uint8Array.of(0xff, 0xd8),
  part(0xe1, utf8(`Exif\0\0${PLACE}`)),
  SCAN,
  Uint8Array.of(0xff, 0xd9),
);
/** It moves, and breaks off: where its notes are is not known. */
const BROKEN_MOVING = join(Uint8Array.of(0x89), utf8(`PNG\r\n\x1a\n....acTL${PLACE}`));

/** jsdom's cannot be read. */
function fileOf(bytes: Bytes, name: string, type: string): File {
  return Object.assign(new Blob([bytes], { type }), { name, lastModified: 0 }) as unknown as File;
}
const text = async (blob: Blob | undefined) => new TextDecoder("latin1").decode(await blob?.arrayBuffer());
const opens = () => vi.stubGlobal("createImageBitmap", async () => ({ width: 8, height: 6, close() {} }));

afterEach(() => vi.unstubAllGlobals());

it("a photo that this browser cannot open goes as a file, without its place", async () => {
  const ready = await prepare(fileOf(PHOTO, "a.jpg", "image/jpeg"), "small");
  expect(ready).toMatchObject({ kind: "file", note: "unreadable", info: { size: ready?.blob.size } });
  expect(await text(ready?.blob)).not.toContain(PLACE);
});

it("where the place cannot be taken out, it says so", async () => {
  for (const [type, note] of [
    ["image/avif", "unreadable_as_is"],
    ["image/tiff", "as_is"],
  ] as const)
    expect(await prepare(fileOf(utf8(PLACE), "a", type), "small")).toMatchObject({ kind: "file", note });
  opens();
  const moving = await prepare(fileOf(BROKEN_MOVING, "a.png", "image/png"), "small");
  expect(moving).toMatchObject({ kind: "file", note: "unreadable_as_is" });
});

it("a photo that is called a GIF loses its place", async () => {
  opens();
  const ready = await prepare(fileOf(PHOTO, "a.gif", "image/gif"), "original");
  expect(ready).toMatchObject({ kind: "image", note: null, name: "a.jpg" });
  expect(await text(ready?.blob)).not.toContain(PLACE);
});

it("a folder is nothing to be sent", async () => {
  const gone = { name: "Holidays", type: "", size: 0 } as File;
  gone.slice = () => ({ arrayBuffer: () => Promise.reject(new Error("NotFoundError")) }) as unknown as Blob;
  for (const way of ["small", "file"] as const) expect(await prepare(gone, way)).toBeNull();
});
