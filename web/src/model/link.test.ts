import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { personLink, roomLink, targetOf } from "./link";

const localpart = fc.stringMatching(/^[a-z0-9._=/+-]{1,20}$/);
const server = fc.stringMatching(/^[a-z]{1,9}(\.[a-z]{2,4})(:[0-9]{2,4})?$/);

describe("links", () => {
  it("come back as what they were made of", () => {
    fc.assert(
      fc.property(localpart, server, fc.stringMatching(/^![A-Za-z0-9_-]{10,43}$/), (name, host, roomId) => {
        const userId = `@${name}:${host}`;
        expect(targetOf(personLink(userId))).toEqual({ kind: "person", userId });
        for (const id of [roomId, `${roomId}:${host}`]) {
          expect(targetOf(roomLink(id, [host]))).toEqual({ kind: "room", roomId: id, via: [host] });
        }
      }),
    );
  });

  it.each([
    ["matrix:u/alice:example.org", "person"],
    ["MATRIX:u/alice:example.org?action=chat", "person"],
    ["matrix:r/tea:example.org", "room"],
    ["https://matrix.to/#/%40alice%3Aexample.org", "person"],
    ["https://matrix.to/#/!abc?via=example.org", "room"],
  ])("%s names a %s", (text, kind) => expect(targetOf(text)?.kind).toBe(kind));

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
  ])("%s names nothing", (text) => expect(targetOf(text)).toBeNull());
});
