/** What a failure is called, in words that say what to do. */
import type { TFunction } from "i18next";
import { Refused, Unreachable } from "../protocol/http";
import { refusalOf } from "../protocol/refusal";

const KEYS: Record<string, string> = {
  M_USER_IN_USE: "errors.name_taken",
  M_INVALID_USERNAME: "errors.bad_name",
  M_FORBIDDEN: "errors.wrong_password",
  M_USER_DEACTIVATED: "errors.deactivated",
  M_USER_LOCKED: "errors.locked",
  M_TOO_LARGE: "errors.too_large",
  M_INVITE_BLOCKED: "contacts.takes_no_invitations",
};

interface Told {
  readonly code: string;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Read a refusal, whether it came through our own asking or through the Matrix SDK (which this file must not load). */
function told(error: unknown): Told | null {
  if (error instanceof Refused) return error;
  if (typeof error !== "object" || error === null || !("errcode" in error)) return null;
  const { errcode, httpStatus, data } = error as {
    errcode: unknown;
    httpStatus?: number;
    data?: Record<string, unknown>;
  };
  return { code: String(errcode), status: httpStatus ?? 0, body: data ?? {} };
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Error && error.name === "ConnectionError");
}

/** Say whether it is what the server said. */
export function isRefused(error: unknown): boolean {
  return told(error) !== null;
}

/** Return how long to wait: nobody counts 3,540 seconds. */
export function tooFastWords(body: Told["body"], t: TFunction): string {
  const wait = Number(body["retry_after_ms"]) || 1000;
  if (wait > 90_000) return t("errors.too_fast_minutes", { minutes: Math.ceil(wait / 60_000) });
  return t("errors.too_fast", { seconds: Math.ceil(wait / 1000) });
}

/** Return the words for a failure. `own`: what single codes mean where it happened. */
export function wordsFor(error: unknown, t: TFunction, own: Readonly<Record<string, string>> = {}): string {
  if (isUnreachable(error)) return t("errors.offline");
  const refusal = told(error);
  if (refusal === null) return t("errors.server");
  // Before all else: what was taken is no matter of a wrong password, or of somebody else's group.
  if (refusalOf(error) !== null) return t("errors.restricted");
  const { code, status, body } = refusal;
  const named = own[code];
  if (named !== undefined) return t(named);
  if (code === "M_LIMIT_EXCEEDED") return tooFastWords(body, t);
  if (code === "M_WEAK_PASSWORD") {
    const least = Number(body["org.courtyard.length_min"]);
    return least > 0 ? t("errors.weak_password", { least }) : t("errors.weak_password_some");
  }
  const key = KEYS[code];
  if (key !== undefined) return t(key);
  return t(status === 503 ? "errors.busy" : "errors.server");
}
