/** Parts of the app that are fetched when they are first shown. One that does not come fails in its own place, where it can be fetched again:
 *  with React's `lazy` it would fail for good, and take everything around it along.
 */
import { type ComponentType, useCallback, useEffect, useState } from "react";
import { newBoard } from "./board";
import { whenSettled } from "./settled";

/** How it stands with a part that is not there yet. */
export interface Coming {
  /** It did not come. */
  readonly isFailed: boolean;
  readonly again: () => void;
}

/** What shows a part. */
type Place<Props> = ComponentType<Props> & {
  /** Fetch the part before it is shown, or once more where it did not come. */
  readonly fetch: () => Promise<void>;
};

/** Return what shows a part as soon as it is there, and until then what is said of it; that has the part's own properties besides. */
export function part<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Until: ComponentType<Coming & { readonly props: Props }>,
): Place<Props> {
  const board = newBoard<ComponentType<Props> | null>(null);
  const fetch = async () => board.put(await load());
  function Part(props: Props) {
    const Here = board.use();
    const [isFailed, setFailed] = useState(false);
    const again = useCallback(() => setFailed(false), []);
    const isWanted = Here === null && !isFailed;
    useEffect(() => {
      if (isWanted) fetch().catch(() => setFailed(true));
    }, [isWanted]);
    return Here === null ? <Until isFailed={isFailed} again={again} props={props} /> : <Here {...props} />;
  }
  return Object.assign(Part, { fetch });
}

/** Return what shows a part that nobody has asked for: it comes after the page, which does not wait for it, and is fetched until it is there. */
export function latePart<Props extends object>(load: () => Promise<ComponentType<Props>>): Place<Props> {
  return part(async () => {
    await whenSettled();
    return await load();
  }, ComingByItself);
}

const PAUSE_MS = 60_000;

/** For what nobody has asked for: nothing is said of it, and it is fetched again when there may be a connection. */
export function ComingByItself({ isFailed, again }: Coming) {
  useEffect(() => {
    if (!isFailed) return;
    const timer = window.setTimeout(again, PAUSE_MS);
    window.addEventListener("online", again);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("online", again);
    };
  }, [isFailed, again]);
  return null;
}
