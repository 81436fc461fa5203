/** Putting pictures into a pack: how many are there already, and words for what went wrong. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { localeOf } from "../../shell/i18n";
import { tellRefusal } from "../../shell/refusals";
import { wordsFor } from "../../shell/words";
import { NoPicture } from "./smallPicture";
import { PackFull } from "./usePacks";

interface Adding {
  readonly done: number;
  readonly of: number;
}

/** Some files are no pictures that can be used. The others are in the pack. */
export class LeftOut extends Error {
  constructor(readonly names: readonly string[]) {
    super(`left out: ${names.length}`);
  }
}

export function useAdding() {
  const { t, i18n } = useTranslation();
  const [adding, setAdding] = useState<Adding | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  /** Do it; true when all of it was done. */
  async function run(of: number, what: (onDone: (done: number) => void) => Promise<void>): Promise<boolean> {
    if (adding !== null) return false;
    setWrong(null);
    setAdding({ done: 0, of });
    try {
      await what((done) => setAdding({ done, of }));
      return true;
    } catch (error) {
      if (error instanceof NoPicture) setWrong(t("stickers.no_picture"));
      else if (error instanceof LeftOut) {
        const names = new Intl.ListFormat(localeOf(i18n.language), { type: "conjunction" }).format(
          error.names,
        );
        setWrong(t("stickers.left_out", { names }));
      } else if (error instanceof PackFull) setWrong(t("stickers.full"));
      else if (!tellRefusal(error))
        setWrong(
          navigator.onLine
            ? wordsFor(error, t, { M_FORBIDDEN: "stickers.not_allowed" })
            : t("errors.offline"),
        );
      return false;
    } finally {
      setAdding(null);
    }
  }

  return { adding, wrong, run };
}
