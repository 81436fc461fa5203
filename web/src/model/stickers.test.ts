import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  changed,
  contentOfSticker,
  countIn,
  EMPTY_PACK,
  found,
  named,
  nameIn,
  placesIn,
  recentIn,
  SHORTCODE,
  type Sticker,
  shortcodeFor,
  sizeOf,
  stickerSent,
  stickersIn,
  withoutSticker,
  withPlace,
  withRecent,
  withSticker,
} from "./stickers";
import type { Content } from "./timeline";

const CAT: Sticker = {
  shortcode: "cat_wave",
  words: "a waving cat",
  url: "mxc://example.org/abc123",
  info: { w: 256, h: 128, mimetype: "image/png" },
};

describe("a pack", () => {
  it("holds what is put into it, until it is taken out", () => {
    const pack = named(withSticker(EMPTY_PACK, CAT), "Cats");
    expect(nameIn(pack)).toBe("Cats");
    expect(stickersIn(pack)).toEqual([CAT]);
    const other = changed(pack, "cat_wave", { shortcode: "hello", words: "hello" });
    expect(stickersIn(other)).toEqual([{ ...CAT, shortcode: "hello", words: "hello" }]);
    expect(countIn(withoutSticker(other, "hello"))).toBe(0);
  });

  it("keeps what it does not know", () => {
    const pack = { images: { a: { url: CAT.url, extra: 1 } }, pack: { attribution: "by ann" }, more: true };
    const after = changed(named(withSticker(pack, CAT), "N"), "a", { shortcode: "b", words: "w" });
    expect(after).toMatchObject({
      images: { b: { extra: 1 } },
      pack: { attribution: "by ann" },
      more: true,
    });
  });

  it("may be meant for other uses, as a whole or picture by picture", () => {
    const images = {
      one: { url: CAT.url },
      two: { url: CAT.url, usage: ["sticker"] },
      three: { url: CAT.url, usage: ["emoticon"] },
    };
    const codes = (content: Content) => stickersIn(content).map(({ shortcode }) => shortcode);
    expect(codes({ images })).toEqual(["one", "two"]);
    expect(codes({ images, pack: { usage: [] } })).toEqual(["one", "two"]);
    expect(codes({ images, pack: { usage: ["emoticon"] } })).toEqual(["two"]);
  });

  it("shows only pictures of this network, whatever stands in it", () => {
    const wild = fc.dictionary(fc.constantFrom("images", "pack", "rooms"), fc.anything({ maxDepth: 4 }));
    fc.assert(
      fc.property(wild, (content) => {
        for (const one of stickersIn(content)) expect(one.url.startsWith("mxc://")).toBe(true);
        expect(typeof (nameIn(content) ?? "")).toBe("string");
        expect(Array.isArray(placesIn(content))).toBe(true);
        expect(stickersIn(withSticker(content, CAT)).length).toBeGreaterThanOrEqual(0);
      }),
    );
    const bad = {
      a: { url: "https://x/y" },
      b: { url: "javascript:1" },
      c: null,
      d: { url: "mxc://a/../b" },
    };
    expect(stickersIn({ images: bad })).toEqual([]);
  });
});

describe("a shortcode", () => {
  it("is always free and well formed", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 8 }), (names) => {
        let pack: Content = EMPTY_PACK;
        for (const name of names) {
          const shortcode = shortcodeFor(name, pack);
          expect(shortcode).toMatch(SHORTCODE);
          pack = withSticker(pack, { ...CAT, shortcode });
        }
        expect(countIn(pack)).toBe(names.length);
      }),
    );
    expect(shortcodeFor("my cat.PNG", EMPTY_PACK)).toBe("my_cat");
    expect(shortcodeFor("猫", EMPTY_PACK)).toBe("sticker");
  });
});

describe("what is sent", () => {
  it("can be read again, and takes no more room than it is given", () => {
    const sent = stickerSent(contentOfSticker(CAT));
    expect(sent).toEqual({ ...CAT, shortcode: "" });
    expect(sizeOf(CAT, 160)).toEqual({ width: 160, height: 80 });
    expect(sizeOf({ ...CAT, info: {} }, 160)).toEqual({ width: 160, height: 160 });
    fc.assert(
      fc.property(fc.anything(), (info) => {
        const size = sizeOf(stickerSent({ url: CAT.url, info }) ?? CAT, 160);
        expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(160);
      }),
    );
    expect(stickerSent({ body: "x", url: 5 })).toBeNull();
  });
});

it("keeps a choice of packs, one by one", () => {
  const one = { roomId: "!a", stateKey: "" };
  const two = { roomId: "!a", stateKey: "cats" };
  const both = withPlace(withPlace({}, one, true), two, true);
  expect(placesIn(both)).toEqual([one, two]);
  expect(placesIn(withPlace(both, one, false))).toEqual([two]);
  expect(withPlace(withPlace(both, one, false), two, false)).toEqual({ rooms: {} });
  const theirs = { rooms: { "!a": { "": { note: 1 } } } };
  expect(withPlace(theirs, one, true)).toEqual(theirs);
});

it("knows what was used last, and finds by name", () => {
  const dog = { ...CAT, shortcode: "dog", words: "a dog", url: "mxc://example.org/dog" };
  const recent = withRecent(withRecent(withRecent([], CAT), dog), CAT);
  expect(recent).toEqual([CAT, dog]);
  expect(recentIn(JSON.stringify(recent))).toEqual(recent);
  expect(recentIn("{")).toEqual([]);
  expect(found([CAT, dog, CAT], "CAT")).toEqual([CAT]);
  expect(found([CAT, dog], "dog")).toEqual([dog]);
});
