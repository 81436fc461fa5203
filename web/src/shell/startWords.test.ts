import type { TFunction } from "i18next";
import { describe, expect, it } from "vitest";
import { Refused, Unreachable } from "../protocol/http";
import { startWords } from "./startWords";

const t = ((key: string) => key) as unknown as TFunction;

describe("the words for a start that failed", () => {
  it.each([
    [new Unreachable(), "errors.offline"],
    [Object.assign(new Error(), { name: "ConnectionError" }), "errors.offline"],
    [new Refused(503, "M_UNKNOWN", "", {}), "errors.busy"],
    [Object.assign(new Error("no room"), { name: "QuotaExceededError" }), "start.full"],
    [new Error("DomException QuotaExceededError (22): no room"), "start.full"],
    // As the SDK says it of another device's keys.
    [new Error("the account in the store doesn't match the account in the constructor"), "start.broken"],
    ["anything", "start.broken"],
  ])("%s", (error, words) => {
    expect(startWords(error, t)).toBe(words);
  });
});
