/** Settings that are shown as one wishes them at once, until the server has them. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { OF_OTHERS, whatWentWrong } from "../../shell/attempt";

interface InOrder {
  readonly wrong: string | null;
  /** Not everything that was asked for is done. */
  readonly isRunning: boolean;
  /** Do it as soon as what was asked for earlier is done: a quick second press is no mistake. */
  readonly next: (what: () => Promise<unknown>) => Promise<boolean>;
}

function useInOrder(): InOrder {
  const { t } = useTranslation();
  const last = useRef(Promise.resolve(true));
  const [wrong, setWrong] = useState<string | null>(null);
  const [left, setLeft] = useState(0);

  function next(what: () => Promise<unknown>): Promise<boolean> {
    setLeft((count) => count + 1);
    last.current = last.current.then(async () => {
      setWrong(null);
      try {
        await what();
        return true;
      } catch (error) {
        setWrong(whatWentWrong(error, t, OF_OTHERS));
        return false;
      } finally {
        setLeft((count) => count - 1);
      }
    });
    return last.current;
  }

  return { wrong, isRunning: left > 0, next };
}

interface Wishing<T> {
  /** What is known, with what one wishes in its place. */
  readonly shown: T;
  readonly wrong: string | null;
  /** The server has not taken everything yet that is shown. */
  readonly isSaving: boolean;
  readonly change: (wish: Partial<T>, what: () => Promise<unknown>) => Promise<void>;
}

/** `known`: what the server has said last. Where it says what one has wished for, that is done with, and what others change is shown again. */
export function useWish<T extends Readonly<Record<string, unknown>>>(known: T): Wishing<T> {
  const [wish, setWish] = useState<Partial<T>>({});
  const { wrong, isRunning, next } = useInOrder();
  const now = useRef(known);

  useEffect(() => {
    now.current = known;
    setWish((before) => without(before, (key) => before[key] === known[key]));
  }, [known]);

  async function change(wished: Partial<T>, what: () => Promise<unknown>): Promise<void> {
    setWish((before) => ({ ...before, ...wished }));
    const isDone = await next(what);
    // What has failed is as it was, unless something else is wished by now; and where the server had it already, it says no more of it.
    setWish((before) =>
      without(before, (key) => before[key] === (isDone ? now.current[key] : wished[key]) && key in wished),
    );
  }

  return { shown: { ...known, ...wish }, wrong, isSaving: isRunning, change };
}

/** Return the same object where nothing is left out: then nothing is drawn anew. */
function without<T extends object>(wish: Partial<T>, isDone: (key: keyof T) => boolean): Partial<T> {
  const keys = Object.keys(wish) as (keyof T)[];
  const left = keys.filter((key) => !isDone(key));
  if (left.length === keys.length) return wish;
  return Object.fromEntries(left.map((key) => [key, wish[key]])) as Partial<T>;
}
