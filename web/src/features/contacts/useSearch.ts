/** Searching with a server that takes its time: the newest words count, whichever answer comes first. */
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { OF_OTHERS } from "../../shell/attempt";
import { tellRefusal } from "../../shell/refusals";
import { wordsFor } from "../../shell/words";

interface Search<T> {
  /** What was found; null: nothing has been asked yet, or other words stand there by now. */
  readonly hits: readonly T[] | null;
  readonly busy: boolean;
  readonly wrong: string | null;
  readonly search: (words: string) => Promise<void>;
  /** Other words are being typed: what comes for the old ones is of no use. */
  readonly forget: () => void;
}

export function useSearch<T>(look: (words: string) => Promise<readonly T[]>): Search<T> {
  const { t } = useTranslation();
  const newest = useRef(0);
  const [state, setState] = useState<Pick<Search<T>, "hits" | "busy" | "wrong">>(NOTHING);

  async function search(words: string): Promise<void> {
    if (words.trim() === "") return;
    newest.current += 1;
    const mine = newest.current;
    setState({ ...NOTHING, busy: true });
    let found: Partial<typeof state>;
    try {
      found = { hits: await look(words.trim()) };
    } catch (error) {
      tellRefusal(error);
      found = { wrong: wordsFor(error, t, OF_OTHERS) };
    }
    if (newest.current === mine) setState({ ...NOTHING, ...found });
  }

  function forget(): void {
    newest.current += 1;
    setState(NOTHING);
  }

  return { ...state, search, forget };
}

const NOTHING = { hits: null, busy: false, wrong: null };
