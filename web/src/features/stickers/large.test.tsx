// @vitest-environment jsdom
/** Stickers that are too large to be fetched unasked, and that the server does not make small. */
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Bytes, utf8 } from "../../model/bytes";
import type { Said } from "../../model/said";
import { UNASKED_BYTES_MAX } from "../../protocol/media";
import { ClientContext } from "../../shell/client";
import { KeepSheet } from "./KeepSheet";
import { StickerBody } from "./StickerBody";
import { smallPicture } from "./smallPicture";

const add = vi.hoisted(() => vi.fn(async () => undefined));
const addPictures = vi.hoisted(() => vi.fn(async () => undefined));
vi.mock("./usePacks", () => ({
  PackFull: class extends Error {},
  usePacks: () => ({ own: async () => "mine", add, addPictures }),
}));
vi.mock("../../widgets/Sheet", () => ({ Sheet: ({ children }: { children: ReactNode }) => children }));
vi.mock("./smallPicture", async (original) => ({
  ...(await original<typeof import("./smallPicture")>()),
  smallPicture: vi.fn(async (file: Blob) => {
    const { NoPicture } = await import("./smallPicture");
    if ((await file.slice(0, 3).text()) === "GIF") throw new NoPicture("too large", "moving");
    return { blob: new Blob(["small"], { type: "image/webp" }), width: 512, height: 300 };
  }),
}));

let bytes: Bytes;
/** What the browser reads of a picture before it draws anything. */
let side = 600;
let isGone = false;
/** The server makes no small copy: there are too many pixels. */
const refused = () => Response.json({ errcode: "M_TOO_LARGE" }, { status: 413 });

let small = refused;
const fetched: string[] = [];

function large(beginning: string, size = UNASKED_BYTES_MAX + 1): Bytes {
  const all = new Uint8Array(size);
  all.set(utf8(beginning));
  return all;
}

beforeEach(() => {
  bytes = large("RIFF");
  side = 600;
  isGone = false;
  small = refused;
  fetched.length = 0;
  add.mockClear();
  addPictures.mockClear();
  vi.mocked(smallPicture).mockClear();
  vi.stubGlobal("devicePixelRatio", 1);
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(private readonly told: (entries: { isIntersecting: boolean }[]) => void) {}
      observe(): void {
        this.told([{ isIntersecting: true }]);
      }
      disconnect(): void {}
    },
  );
  vi.stubGlobal("fetch", async (url: string) => {
    fetched.push(url);
    if (isGone) return Response.json({ errcode: "M_NOT_FOUND" }, { status: 404 });
    return url.includes("small") ? small() : new Response(bytes);
  });
  vi.stubGlobal(
    "Image",
    class {
      readonly naturalWidth = side;
      readonly naturalHeight = side;
      onload = (): void => undefined;
      onerror = (): void => undefined;
      set src(_: string) {
        queueMicrotask(() => (side > 0 ? this.onload() : this.onerror()));
      }
    },
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const client = {
  mxcUrlToHttp: (address: string, width?: number) =>
    `${address.replace("mxc:", "https:")}${width === undefined ? "" : "?small"}`,
  getAccessToken: () => "secret",
} as unknown as MatrixClient;

let count = 0;

/** Each is another one: what failed is not fetched anew. */
function said(info: Record<string, unknown> = {}): Said {
  count += 1;
  return {
    ...{ id: "$1", key: "$1", sender: "@bo:x.org", at: 1, type: "m.sticker" },
    ...{ isEdited: false, isRemoved: false, reactions: [], references: [] },
    content: { body: "A cat", url: `mxc://x.org/${count}`, info },
  };
}

const show = (what: ReactNode) => render(<ClientContext value={client}>{what}</ClientContext>);

it("is shown when it is asked for, and not asked again and again", async () => {
  show(<StickerBody said={said()} mine={false} />);
  fireEvent.click(await screen.findByRole("button", { name: "stickers.large" }));
  expect(await screen.findByAltText("A cat")).toHaveProperty("src", expect.stringMatching(/^blob:/));
});

it("is made small on this device when it is kept", async () => {
  show(<KeepSheet said={said()} onClose={() => undefined} />);
  // What never comes is not tried once more.
  await vi.waitFor(() => expect(document.querySelector(".gone")).not.toBeNull());
  expect(screen.queryByRole("button", { name: "media.try_again" })).toBeNull();
  const button = screen.getByRole("button", { name: "stickers.keep_in_mine" });
  fireEvent.click(button);
  // A button that is off loses the focus.
  expect(button.hasAttribute("disabled")).toBe(false);
  await screen.findByText("stickers.kept");
  expect(add).not.toHaveBeenCalled();
  expect(addPictures).toHaveBeenCalledExactlyOnceWith(
    "mine",
    [expect.objectContaining({ width: 512, height: 300, words: "A cat", name: "A cat" })],
    expect.anything(),
  );
});

it("is not kept when it moves, which is said in plain words", async () => {
  bytes = large("GIF89a");
  show(<KeepSheet said={said()} onClose={() => undefined} />);
  fireEvent.click(screen.getByRole("button", { name: "stickers.keep_in_mine" }));
  await screen.findByText("stickers.moving_large");
  expect(addPictures).not.toHaveBeenCalled();
});

it("is kept as it is when it is small", async () => {
  bytes = utf8("RIFF");
  const one = said();
  show(<KeepSheet said={one} onClose={() => undefined} />);
  fireEvent.click(screen.getByRole("button", { name: "stickers.keep_in_mine" }));
  await screen.findByText("stickers.kept");
  expect(add).toHaveBeenCalledExactlyOnceWith("mine", [expect.objectContaining({ url: one.content["url"] })]);
});

it.each([
  ["bytes", () => (bytes = large("RIFF", 20_000_001))],
  ["pixels", () => (side = 8_193)],
])("is not opened when it has far too many %s, which is said", async (_, grow) => {
  grow();
  show(<KeepSheet said={said()} onClose={() => undefined} />);
  fireEvent.click(screen.getByRole("button", { name: "stickers.keep_in_mine" }));
  await screen.findByText("stickers.too_large");
  expect(smallPicture).not.toHaveBeenCalled();
  expect(add).not.toHaveBeenCalled();
  expect(addPictures).not.toHaveBeenCalled();
});

it("is not fetched once more when it is said to be small, and was seen", async () => {
  small = () => new Response(utf8("RIFF"));
  const one = said({ size: 4_000 });
  show(<KeepSheet said={one} onClose={() => undefined} />);
  fireEvent.load(await vi.waitUntil(() => document.querySelector("img")));
  fireEvent.click(screen.getByRole("button", { name: "stickers.keep_in_mine" }));
  await screen.findByText("stickers.kept");
  expect(fetched.filter((url) => !url.includes("small"))).toEqual([]);
  expect(add).toHaveBeenCalledExactlyOnceWith("mine", [expect.objectContaining({ url: one.content["url"] })]);
});

it.each([{ size: UNASKED_BYTES_MAX + 1 }, {}])(
  "is looked at when it is not said to be small: %j",
  async (info) => {
    small = () => new Response(utf8("RIFF"));
    show(<KeepSheet said={said(info)} onClose={() => undefined} />);
    fireEvent.load(await vi.waitUntil(() => document.querySelector("img")));
    fireEvent.click(screen.getByRole("button", { name: "stickers.keep_in_mine" }));
    await screen.findByText("stickers.kept");
    expect(addPictures).toHaveBeenCalledOnce();
  },
);

it("is kept as it is told when its file is gone", async () => {
  isGone = true;
  const one = said({ size: 4_000 });
  show(<KeepSheet said={one} onClose={() => undefined} />);
  fireEvent.click(screen.getByRole("button", { name: "stickers.keep_in_mine" }));
  await screen.findByText("stickers.kept");
  expect(add).toHaveBeenCalledExactlyOnceWith("mine", [expect.objectContaining({ url: one.content["url"] })]);
});
