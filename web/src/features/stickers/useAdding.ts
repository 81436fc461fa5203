/** Putting pictures into a pack: how many are there already, and words for what went wrong. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { TooLarge } from "../../protocol/media";
import { localeOf } from "../../shell/i18n";
import { tellRefusal } from "../../shell/refusals";
import { wordsFor } from "../../shell/words";
import { NoPicture, type Unused } from "./smallPicture";
import { PackFull } from "./usePacks";

interface Adding {
  readonly done: number;
  readonly of: number;
}

/** So many are there, of as many as are known of by now. */
type OnDone = (done: number, all?: number) => void;

/** Some files are no pictures that can be used. The others are in the pack. */
export class LeftOut extends Error {
  constructor(readonly files: readonly Unused[]) {
    super(`left out: ${files.length}`);
  }
}

export function useAdding() {
  const { t, i18n } = useTranslation();
  const [adding, setAdding] = useState<Adding | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  /** Do it; true when all of it was done. */
  async function run(of: number, what: (onDone: OnDone) => Promise<void>): Promise<boolean> {
    if (adding !== null) return false;
    setWrong(null);
    setAdding({ done: 0, of });
    try {
      await what((done, all = of) => setAdding({ done, of: all }));
      return true;
    } catch (error) {
      if (error instanceof NoPicture) setWrong(t(ALONE[error.why]));
      else if (error instanceof LeftOut) setWrong(leftOut(error.files));
      else if (error instanceof TooLarge) setWrong(t("stickers.too_large"));
      else if (error instanceof PackFull) setWrong(t("stickers.full"));
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

  /** Each kind by itself: there is something else to be done about it. */
  function leftOut(files: readonly Unused[]): string {
    const list = new Intl.ListFormat(localeOf(i18n.language), { type: "conjunction" });
    const told = (["unusable", "moving"] as const).flatMap((why) => {
      const names = files.filter((one) => one.why === why).map(({ name }) => name);
      return names.length === 0 ? [] : [t(AMONG_OTHERS[why], { names: list.format(names) })];
    });
    return told.join(" ");
  }

  return { adding, wrong, run };
}

const ALONE = { unusable: "stickers.no_picture", moving: "stickers.moving_large" } as const;
const AMONG_OTHERS = { unusable: "stickers.left_out", moving: "stickers.left_out_moving" } as const;
