import type { TFunction } from "i18next";
import { describe, expect, it } from "vitest";
import { Refused, Unreachable } from "../../protocol/http";
import { failureWords, unreadWords } from "./failure";

const t = ((key: string) => key) as unknown as TFunction;
const refused = (status: number, code = "M_UNKNOWN", body = {}) => new Refused(status, code, "", body);

describe("the words for a failure", () => {
  it.each([
    [new Unreachable(), "errors.offline"],
    [refused(429, "M_LIMIT_EXCEEDED"), "errors.too_fast"],
    [refused(429, "M_LIMIT_EXCEEDED", { retry_after_ms: 600_000 }), "errors.too_fast_minutes"],
    [refused(500), "errors.server"],
    [refused(503), "errors.busy"],
    [new Error("anything"), "errors.ours"],
  ])("say to try again where that helps: %s", (error, words) => {
    expect(failureWords(error, t)).toBe(words);
  });

  it.each([
    [refused(404), "standing.failed_gone"],
    [refused(409), "standing.failed_changed"],
    [refused(413), "errors.too_large"],
    [refused(400), "standing.failed_refused"],
    [refused(403), "standing.failed_refused"],
  ])("do not say so where nothing would come of it: %s", (error, words) => {
    expect(failureWords(error, t)).toBe(words);
  });

  it.each([
    [new Unreachable(), "errors.offline"],
    [refused(403), "errors.server"],
    [new Error("anything"), "errors.ours"],
  ])("say why something could not be read: %s", (error, words) => {
    expect(unreadWords(error, t)).toBe(words);
  });

  it("may be other words where the status means another thing", () => {
    expect(failureWords(refused(404), t, { 404: "proof.nothing_to_save" })).toBe("proof.nothing_to_save");
  });
});
