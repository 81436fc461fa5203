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

/** Read a refusal, whether it came through our own asking or through the Matrix SDK (which this file must not load). What stands before the
 *  server refuses without a code.
 */
function told(error: unknown): Told | null {
  if (error instanceof Refused) return error;
  if (typeof error !== "object" || error === null) return null;
  if (!("errcode" in error || "httpStatus" in error)) return null;
  const { errcode, httpStatus, data } = error as {
    errcode?: unknown;
    httpStatus?: number;
    data?: Record<string, unknown>;
  };
  return { code: String(errcode ?? ""), status: httpStatus ?? 0, body: data ?? {} };
}

/** What browsers say of a module, or of the rest of an answer, that does not come. */
const UNFETCHED =
  /dynamically imported module|module script failed|preload|failed to fetch|load failed|network ?error/i;

/** Say whether something did not come, or not in time, that was fetched by other means than asking. */
export function isUnfetched(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || UNFETCHED.test(error.message));
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Error && error.name === "ConnectionError");
}

/** Say whether it is what the server said. */
export function isRefused(error: unknown): boolean {
  return told(error) !== null;
}

/** Return the words for what the server did not say: it gave no answer, or the client itself is at fault. */
export function unansweredWords(error: unknown, t: TFunction): string {
  return t(isUnreachable(error) || isUnfetched(error) ? "errors.offline" : "errors.ours");
}

/** Return how long to wait: nobody counts 3,540 seconds. */
export function tooFastWords(body: Told["body"], t: TFunction): string {
  const wait = Number(body["retry_after_ms"]) || 1000;
  if (wait > 90_000) return t("errors.too_fast_minutes", { minutes: Math.ceil(wait / 60_000) });
  return t("errors.too_fast", { seconds: Math.ceil(wait / 1000) });
}

/** Return the words for a failure. `own`: what single codes mean where it happened. */
export function wordsFor(error: unknown, t: TFunction, own: Readonly<Record<string, string>> = {}): string {
  const refusal = told(error);
  if (refusal === null) return unansweredWords(error, t);
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
