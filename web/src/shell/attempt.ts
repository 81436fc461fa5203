/** Doing something that may fail: busy while it lasts, and words for what went wrong. */
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsFor } from "./words";

interface Attempt {
  readonly busy: boolean;
  readonly wrong: string | null;
  readonly setWrong: (wrong: string | null) => void;
  /** Do it; true when it succeeded. A second press while it lasts does nothing. */
  readonly attempt: (what: () => Promise<unknown>) => Promise<boolean>;
}

export function useAttempt(): Attempt {
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
      setWrong(failure(error, t));
      return false;
    } finally {
      setBusy(false);
    }
  }

  return { busy, wrong, setWrong, attempt };
}

const KEYS: Record<string, string> = {
  M_FORBIDDEN: "contacts.not_allowed",
  M_NOT_FOUND: "contacts.not_found",
};

function failure(error: unknown, t: TFunction): string {
  if (!navigator.onLine) return t("errors.offline");
  const code = typeof error === "object" && error !== null && "errcode" in error ? String(error.errcode) : "";
  const key = KEYS[code];
  return key === undefined ? wordsFor(error, t) : t(key);
}
