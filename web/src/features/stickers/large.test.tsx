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
/** The server makes no small copy: there are too many pixels. */
const refused = () => Response.json({ errcode: "M_TOO_LARGE" }, { status: 413 });

function large(beginning: string): Bytes {
  const all = new Uint8Array(UNASKED_BYTES_MAX + 1);
  all.set(utf8(beginning));
  return all;
}

beforeEach(() => {
  bytes = large("RIFF");
  add.mockClear();
  addPictures.mockClear();
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
  vi.stubGlobal("fetch", async (url: string) => (url.includes("small") ? refused() : new Response(bytes)));
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
function said(): Said {
  count += 1;
  return {
    ...{ id: "$1", key: "$1", sender: "@bo:x.org", at: 1, type: "m.sticker" },
    ...{ isEdited: false, isRemoved: false, reactions: [], references: [] },
    content: { body: "A cat", url: `mxc://x.org/${count}`, info: {} },
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
