import type { TFunction } from "i18next";
import { Refused, Unreachable } from "../../protocol/http";
import { refusalOf } from "../../protocol/refusal";
import { capabilityWords } from "./Measures";

/** Return what a failure of ours is called. A refusal says what was refused; the sheet says the rest. */
export function failureWords(error: unknown, t: TFunction): string {
  if (error instanceof Unreachable) return t("errors.offline");
  const refusal = refusalOf(error);
  if (refusal !== null) return t("refusal.title", { what: capabilityWords(refusal.capability, t) });
  if (error instanceof Refused && error.code === "M_LIMIT_EXCEEDED") {
    return t("errors.too_fast", { seconds: Math.ceil(Number(error.body["retry_after_ms"] ?? 1000) / 1000) });
  }
  return t("errors.server");
}
