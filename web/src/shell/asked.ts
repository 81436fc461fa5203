/** Asking once for what a view shows: the answer, or why there is none, and the way to ask again. */
import { useEffect, useState } from "react";

interface Told<T> {
  /** Null: there is none yet. */
  readonly answer: T | null;
  /** Why nobody could say; null: nothing has failed. */
  readonly failure: unknown;
}

interface Asked<T> extends Told<T> {
  readonly again: () => void;
}

const NOTHING: Told<never> = { answer: null, failure: null };

/** `ask` is asked anew whenever it is another function; what answers an older one does not count. */
export function useAsked<T>(ask: () => Promise<T>): Asked<T> {
  const [told, setTold] = useState<Told<T>>(NOTHING);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let gone = false;
    setTold(NOTHING);
    ask().then(
      (answer) => {
        if (!gone) setTold({ answer, failure: null });
      },
      (failure: unknown) => {
        if (!gone) setTold({ answer: null, failure });
      },
    );
    return () => {
      gone = true;
    };
  }, [ask, tries]);
  return { ...told, again: () => setTries((count) => count + 1) };
}
