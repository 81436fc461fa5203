/** What a failure is called, in words that say what to do. */
import type { TFunction } from "i18next";
import { Refused, Unreachable } from "../protocol/http";

const KEYS: Record<string, string> = {
  M_USER_IN_USE: "errors.name_taken",
  M_INVALID_USERNAME: "errors.bad_name",
  M_WEAK_PASSWORD: "errors.weak_password",
  M_FORBIDDEN: "errors.wrong_password",
};

/** Return the words for a failure of logging in or making an account. */
export function wordsFor(error: unknown, t: TFunction): string {
  if (error instanceof Unreachable) return t("errors.offline");
  if (error instanceof Refused) {
    if (error.code === "M_LIMIT_EXCEEDED") {
      const wait = Number(error.body["retry_after_ms"] ?? 1000);
      return t("errors.too_fast", { seconds: Math.ceil(wait / 1000) });
    }
    const key = KEYS[error.code];
    if (key !== undefined) return t(key);
  }
  return t("errors.server");
}
