import type { TFunction } from "i18next";
import { Refused, Unreachable } from "../../protocol/http";
import { refusalOf } from "../../protocol/refusal";
import { tooFastWords, unansweredWords } from "../../shell/words";
import { capabilityWords } from "./Measures";

type Words = Readonly<Record<number, string>>;

/** By the status of the answer. To try again is said only where that can help. */
const WORDS: Words = {
  404: "standing.failed_gone",
  409: "standing.failed_changed",
  413: "errors.too_large",
  503: "errors.busy",
};

/** Return what a failure of ours is called. A refusal says what was refused; the sheet says the rest. `own`: what a status means here. */
export function failureWords(error: unknown, t: TFunction, own: Words = {}): string {
  if (error instanceof Unreachable) return t("errors.offline");
  const refusal = refusalOf(error);
  if (refusal !== null) return t("refusal.title", { what: capabilityWords(refusal.capability, t) });
  if (!(error instanceof Refused)) return unansweredWords(error, t);
  const { status, code, body } = error;
  if (code === "M_LIMIT_EXCEEDED") return tooFastWords(body, t);
  return t(own[status] ?? WORDS[status] ?? (status < 500 ? "standing.failed_refused" : "errors.server"));
}

/** Return why something could not be read: there is nothing about it that could be changed. */
export function unreadWords(error: unknown, t: TFunction): string {
  return error instanceof Refused ? t("errors.server") : unansweredWords(error, t);
}
