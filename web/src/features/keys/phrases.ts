/** What a confirmation says: between two devices of one's own, or between two people. */
import { createContext, useCallback, useContext } from "react";
import { useTranslation } from "react-i18next";

/** What oneself calls the other person; null: it is about one's own devices. */
export const OtherContext = createContext<string | null>(null);

/** Return the words by their key. With another person, those of `compare` come before what is said in both cases. */
export function usePhrases(): (key: string) => string {
  const { t } = useTranslation();
  const name = useContext(OtherContext);
  return useCallback(
    (key) => (name === null ? t(`verify.${key}`) : t([`compare.${key}`, `verify.${key}`], { name })),
    [t, name],
  );
}
