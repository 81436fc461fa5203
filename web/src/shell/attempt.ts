/** Doing something that may fail: busy while it lasts, and words for what went wrong. */
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { tellRefusal } from "./refusals";
import { wordsFor } from "./words";

interface Attempt {
  readonly busy: boolean;
  readonly wrong: string | null;
  readonly setWrong: (wrong: string | null) => void;
  /** Do it; true when it succeeded. A second press while it lasts does nothing. */
  readonly attempt: (what: () => Promise<unknown>) => Promise<boolean>;
}

/** What the codes mean in most places: somebody else's group or name. */
export const OF_OTHERS: Readonly<Record<string, string>> = {
  M_FORBIDDEN: "contacts.not_allowed",
  M_NOT_FOUND: "contacts.not_found",
};

/** Return the words for what went wrong, and explain a refusal that is a decision's. */
export function whatWentWrong(error: unknown, t: TFunction, own: Readonly<Record<string, string>>): string {
  tellRefusal(error);
  return navigator.onLine ? wordsFor(error, t, own) : t("errors.offline");
}

/** `own`: what single codes mean where it is done. */
export function useAttempt(own: Readonly<Record<string, string>> = OF_OTHERS): Attempt {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  async function attempt(what: () => Promise<unknown>): Promise<boolean> {
    if (busy) return false;
    setBusy(true);
    setWrong(null);
    try {
      await what();
      return true;
    } catch (error) {
      setWrong(whatWentWrong(error, t, own));
      return false;
    } finally {
      setBusy(false);
    }
  }

  return { busy, wrong, setWrong, attempt };
}
