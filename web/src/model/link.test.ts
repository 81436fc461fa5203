import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pageOf, personLink, roomLink, scannedTarget, targetOf, viaOf } from "./link";

const localpart = fc.stringMatching(/^[a-z0-9._=/+-]{1,20}$/);
const server = fc.stringMatching(/^[a-z]{1,9}(\.[a-z]{2,4})(:[0-9]{2,4})?$/);
const roomId = fc.stringMatching(/^![A-Za-z0-9_-]{10,43}$/);
const HERE = "https://courtyard.example";
const ORIGINS = [HERE, "http://localhost:8008", "https://chat.example.org:8443"];

describe("links", () => {
  it("come back as what they were made of, whatever the server is called", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ORIGINS), localpart, server, roomId, (origin, name, host, short) => {
        const userId = `@${name}:${host}`;
        expect(targetOf(personLink(origin, userId), origin)).toEqual({ kind: "person", userId });
        for (const id of [short, `${short}:${host}`, `#${name}:${host}`]) {
          const room = { kind: "room", roomId: id, via: [host] };
          expect(targetOf(roomLink(origin, id, [host]), origin)).toEqual(room);
        }
      }),
    );
  });

  it("lead to the page that the router shows", () => {
    expect(personLink(HERE, "@al/ice:x.y:8448")).toBe(`${HERE}/contacts/@al%2Fice:x.y:8448`);
    expect(roomLink(HERE, "!Kq_x1", ["x.y:8448", "z"])).toBe(
      `${HERE}/contacts/join/!Kq_x1?via=x.y%3A8448&via=z`,
    );
    expect(pageOf({ kind: "room", roomId: "#tea:x.y", via: [] })).toBe("/contacts/join/%23tea:x.y");
  });

  it.each([
    ["matrix:u/alice:example.org", "person"],
    ["MATRIX:u/alice:example.org?action=chat", "person"],
    ["matrix:r/tea:example.org", "room"],
    ["https://matrix.to/#/%40alice%3Aexample.org", "person"],
    ["https://matrix.to/#/!abc?via=example.org", "room"],
    [`${HERE}/contacts/@alice:example.org`, "person"],
    [` ${HERE}/contacts/%40alice%3Aexample.org\n`, "person"],
    ["HTTPS://Courtyard.Example:443/contacts/@alice:example.org?from=elsewhere#x", "person"],
    [`${HERE}/contacts/join/!abc?via=example.org`, "room"],
    [`${HERE}/contacts/join/%21abc%3Aexample.org`, "room"],
    [`${HERE}/contacts/join/%23tea:example.org`, "room"],
  ])("%s names a %s", (text, kind) => expect(targetOf(text, HERE)?.kind).toBe(kind));

  it.each([
    "",
    "hello",
    "https://example.org",
    "matrix:e/x",
    "matrix:u/alice",
    "matrix:u/%E0%A4%A",
    "javascript:x",
    // No address of a page can hold a percent sign for sure, and what is decoded once too often is somebody else.
    "matrix:u/100%25:x.y",
    "matrix:u/%2561lice:x.y",
    "matrix:u/al%FFice:x.y",
    "matrix:u/al%20ice:x.y",
    "matrix:u/%D0%B0lice:x.y",
    "matrix:u/alice:x.y%0A",
    "matrix:r/100%25:x.y",
    "matrix:roomid/abc:x%25y",
    "https://matrix.to/#/@al%2525ice:x.y",
    // The same on a page.
    `${HERE}/contacts/@alice`,
    `${HERE}/contacts/%E0%A4%A`,
    `${HERE}/contacts/@100%25:x.y`,
    `${HERE}/contacts/%2540alice:x.y`,
    `${HERE}/contacts/@al%FFice:x.y`,
    `${HERE}/contacts/@al%20ice:x.y`,
    `${HERE}/contacts/@al ice:x.y`,
    `${HERE}/contacts/@%D0%B0lice:x.y`,
    `${HERE}/contacts/@\u0430lice:x.y`,
    `${HERE}/contacts/@alice:x.y%0A`,
    `${HERE}/contacts/@al\u0000ice:x.y`,
    `${HERE}/contacts/join/%23100%25:x.y`,
    `${HERE}/contacts/join/!abc:x%25y`,
    // Other pages, and what stands in the place of the other.
    `${HERE}/`,
    `${HERE}/contacts/`,
    `${HERE}/contacts/code`,
    `${HERE}/contacts/join/@alice:x.y`,
    `${HERE}/contacts/!abc:x.y`,
    `${HERE}/contacts/join/#tea:x.y`,
    `${HERE}/contacts/join%2F!abc`,
    `${HERE}/contacts/@alice:x.y/more`,
    `${HERE}//contacts/@alice:x.y`,
    `${HERE}/me/@alice:x.y`,
    `/contacts/@alice:x.y`,
    // What a browser would read in another way than it looks.
    `${HERE}\\contacts\\@alice:x.y`,
    `${HERE}/conta\ncts/@alice:x.y`,
    "https:courtyard.example/contacts/@alice:x.y",
    "https://me:secret@courtyard.example/contacts/@alice:x.y",
    `blob:${HERE}/contacts/@alice:x.y`,
    `javascript:${HERE}/contacts/@alice:x.y`,
  ])("%j names nothing", (text) => {
    expect(targetOf(text, HERE)).toBeNull();
    expect(scannedTarget(text, HERE)).toBeNull();
  });

  it.each([
    "https://elsewhere.example/contacts/@alice:x.y",
    "https://courtyard.example.org/contacts/@alice:x.y",
    "https://courtyard.example:8443/contacts/@alice:x.y",
    "https://courtyard.example./contacts/@alice:x.y",
  ])("%s is a page of somebody else, but as a code it names who stands in it", (text) => {
    expect(targetOf(text, HERE)).toBeNull();
    expect(scannedTarget(text, HERE)).toEqual({ kind: "person", userId: "@alice:x.y" });
  });

  it.each(["http://courtyard.example/contacts/@alice:x.y", "http://localhost:8008/contacts/@alice:x.y"])(
    "%s is nothing that anybody would have in a code",
    (text) => {
      expect(targetOf(text, HERE)).toBeNull();
      expect(scannedTarget(text, HERE)).toBeNull();
    },
  );

  it("ask no more than a few servers", () => {
    expect(viaOf(`?${"via=x.y&".repeat(1_000)}`)).toHaveLength(5);
  });
});
