/** The words for what is drawn by the hundred: rows of a list, messages that go by.
 *
 *  `useTranslation` listens to i18next in each of them, and looks up and fits each word anew. Here a row looks at one context, and a word
 *  without values in it is looked up once for each language.
 */
import i18n, { type TFunction } from "i18next";
import { createContext, useContext } from "react";
import { localeOf } from "./i18n";

interface QuickWords {
  readonly t: TFunction;
  /** As dates and times are written in it: see `localeOf`. */
  readonly locale: string;
}

const QuickWordsContext = createContext<QuickWords | null>(null);
export const QuickWordsProvider = QuickWordsContext.Provider;

/** Make the words of a language. `t` as `useTranslation` gave it, once all words are there. */
export function quickWords(t: TFunction, language: string): QuickWords {
  const known = new Map<string, string>();
  const look = (key: string, values?: object): string => {
    if (values !== undefined) return String(t(key, values as never));
    let word = known.get(key);
    if (word === undefined) {
      word = t(key);
      known.set(key, word);
    }
    return word;
  };
  return { t: look as unknown as TFunction, locale: localeOf(language) };
}

/** Outside of what is inside, the words that i18next has. */
export function useQuickWords(): QuickWords {
  return useContext(QuickWordsContext) ?? { t: i18n.t, locale: localeOf(i18n.language) };
}
