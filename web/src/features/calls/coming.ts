/** What a call needs is fetched when one is begun. That it takes a while, or does not come, is said (`ComingSheet.tsx`). */
import { newBoard } from "../../shell/board";
import { MOMENT_MS } from "../../widgets/moment";

export interface Coming {
  /** It did not come. */
  readonly isFailed: boolean;
  readonly again: () => void;
}

export const { put: putComing, get: comingNow, use: useComing } = newBoard<Coming | null>(null);

/** What is being waited for; null: nothing, or nobody wants it any more. */
let wanted: symbol | null = null;

/** Go on with what is fetched as soon as it is there. Who has given it up, or begun something else meanwhile, is left alone. */
export async function whenHere<T extends NonNullable<unknown>>(
  fetched: () => Promise<T>,
  goOn: (part: T) => unknown,
): Promise<void> {
  const mine = Symbol();
  const again = () => void whenHere(fetched, goOn);
  giveUp();
  wanted = mine;
  const tell = (isFailed: boolean) => {
    if (wanted === mine) putComing({ isFailed, again });
  };
  const timer = setTimeout(tell, MOMENT_MS, false);
  const part = await fetched().catch(() => null);
  clearTimeout(timer);
  if (part === null) tell(true);
  else if (wanted === mine) {
    giveUp();
    goOn(part);
  }
}

export function giveUp(): void {
  wanted = null;
  putComing(null);
}
