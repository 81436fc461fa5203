import { SetPresence } from "matrix-js-sdk";
import { useEffect, useRef, useState } from "react";
import { useClient } from "../../shell/client";
import { usePrivacy } from "../me/usePrivacy";
import { hearPresence } from "./known";

/** After this long without a press or a key, one is not here. */
const IDLE_MS = 5 * 60_000;

/** Be seen as here, or not, as the person has chosen; and hear of the others only then. */
export function usePresenceByChoice(): void {
  const client = useClient();
  const { presence: isChosen } = usePrivacy();
  const isIdle = useIdle(isChosen);
  const state = isChosen ? (isIdle ? SetPresence.Unavailable : SetPresence.Online) : SetPresence.Offline;
  const told = useRef(SetPresence.Offline);
  useEffect(() => {
    void client.setSyncPresence(state);
    // It goes along with every question for news from now on. Such a question may be under way for half a minute: so it is said at once, too.
    // Who never chose it says nothing. An operator may have switched it off for everybody: then there is nothing to be told.
    if (state !== told.current) client.setPresence({ presence: state }).catch(() => undefined);
    told.current = state;
  }, [client, state]);
  useEffect(() => (isChosen ? hearPresence(client) : undefined), [client, isChosen]);
}

const SIGNS = ["pointerdown", "keydown", "scroll"] as const;

function useIdle(isWatched: boolean): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    if (!isWatched) return;
    let timer = 0;
    const wake = () => {
      if (document.visibilityState !== "visible") return;
      window.clearTimeout(timer);
      setIdle(false);
      timer = window.setTimeout(() => setIdle(true), IDLE_MS);
    };
    wake();
    for (const sign of SIGNS) document.addEventListener(sign, wake, { capture: true, passive: true });
    document.addEventListener("visibilitychange", wake);
    return () => {
      window.clearTimeout(timer);
      for (const sign of SIGNS) document.removeEventListener(sign, wake, { capture: true });
      document.removeEventListener("visibilitychange", wake);
    };
  }, [isWatched]);
  return isIdle;
}
