import type { TFunction } from "i18next";
import { describe, expect, it } from "vitest";
import { Refused, Unreachable } from "../protocol/http";
import { wordsFor } from "./words";

const t = ((key: string, values?: object) =>
  `${key} ${JSON.stringify(values ?? {})}`) as unknown as TFunction;
const refused = (code: string, body = {}, status = 400) => new Refused(status, code, "", body);

describe("the words for a failure", () => {
  it.each([
    [new Unreachable(), "errors.offline {}"],
    [refused("M_LIMIT_EXCEEDED", { retry_after_ms: 2100 }), 'errors.too_fast {"seconds":3}'],
    [refused("M_LIMIT_EXCEEDED", { retry_after_ms: 90_000 }), 'errors.too_fast {"seconds":90}'],
    [refused("M_LIMIT_EXCEEDED", { retry_after_ms: 90_001 }), 'errors.too_fast_minutes {"minutes":2}'],
    [refused("M_LIMIT_EXCEEDED", { retry_after_ms: 3_540_000 }), 'errors.too_fast_minutes {"minutes":59}'],
    [refused("M_LIMIT_EXCEEDED", { retry_after_ms: "soon" }), 'errors.too_fast {"seconds":1}'],
    [refused("M_WEAK_PASSWORD", { "org.courtyard.length_min": 6 }), 'errors.weak_password {"least":6}'],
    [refused("M_WEAK_PASSWORD"), "errors.weak_password_some {}"],
    [refused("M_INVITE_BLOCKED", {}, 403), "contacts.takes_no_invitations {}"],
    [refused("M_UNKNOWN", {}, 503), "errors.busy {}"],
    [refused("M_UNKNOWN", {}, 500), "errors.server {}"],
    // What stands before the server answers in its place, and not in its words.
    [Object.assign(new Error("<html>"), { name: "HTTPError", httpStatus: 502 }), "errors.server {}"],
    [Object.assign(new Error("<html>"), { name: "HTTPError", httpStatus: 503 }), "errors.busy {}"],
    [new Error("anything"), "errors.ours {}"],
    [new TypeError("x is undefined"), "errors.ours {}"],
    ["anything", "errors.ours {}"],
    // A part of the client, or the rest of an answer, did not come.
    [new TypeError("Failed to fetch dynamically imported module: /a.js"), "errors.offline {}"],
    [new TypeError("network error"), "errors.offline {}"],
    [new DOMException("", "AbortError"), "errors.offline {}"],
    // As the Matrix SDK throws them.
    [{ errcode: "M_TOO_LARGE", httpStatus: 413, data: {} }, "errors.too_large {}"],
    [Object.assign(new Error(), { name: "ConnectionError" }), "errors.offline {}"],
  ])("%s", (error, words) => {
    expect(wordsFor(error, t)).toBe(words);
  });

  it("may be other words where the code means another thing", () => {
    expect(wordsFor(refused("M_FORBIDDEN"), t, { M_FORBIDDEN: "errors.closed" })).toBe("errors.closed {}");
  });
});
