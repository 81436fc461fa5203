import { createContext, type ReactNode, useCallback, useContext, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { useMedia } from "../../shell/media";
import { BusyButton } from "../../widgets/BusyButton";

type Tell = (id: string, retry: (() => void) | null) => void;

const TellContext = createContext<Tell>(() => undefined);

/** Around stickers: where pictures of some did not come, a button below them fetches those once more.
 *
 *  One for all: each sticker stands in something that is pressed already, to send it or to change it.
 */
export function TryAgain({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState<ReadonlyMap<string, () => void>>(new Map());
  const [isTrying, setTrying] = useState(false);
  const tell = useCallback<Tell>((id, retry) => {
    setTrying(false);
    setFailed((before) => {
      if (retry === null && !before.has(id)) return before;
      const next = new Map(before);
      if (retry === null) next.delete(id);
      else next.set(id, retry);
      return next;
    });
  }, []);

  function again(): void {
    setTrying(true);
    for (const retry of failed.values()) retry();
  }

  return (
    <TellContext value={tell}>
      {children}
      {failed.size > 0 && (
        <BusyButton isBusy={isTrying} onPress={again}>
          {t("media.try_again")}
        </BusyButton>
      )}
    </TellContext>
  );
}

/** Say of a picture of a sticker whether it came; while it is on its way, what was said last holds. */
export function useTellFailed({ state, isGone, isLarge, retry }: ReturnType<typeof useMedia>): void {
  const tell = useContext(TellContext);
  const id = useId();
  useEffect(() => {
    if (state === "ready") tell(id, null);
    // What the server has no more does not come, nor what is too large.
    else if (state === "failed" && !isGone && !isLarge) tell(id, retry);
  }, [tell, id, state, isGone, isLarge, retry]);
  useEffect(() => () => tell(id, null), [tell, id]);
}
