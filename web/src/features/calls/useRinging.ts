import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { keptNotify } from "../me/keptNotify";
import type { CallNow } from "./callNow";
import { ringing } from "./ring";
import { useNameOf } from "./usePartner";

/** Make a call heard until it is answered, and seen when the page is not looked at. */
export function useRinging(now: CallNow | null): void {
  const { t } = useTranslation();
  const name = useNameOf(now?.userId ?? "");
  const isRinging = now?.phase === "ringing";
  const isHeard = (isRinging && now.isLoud) || now?.phase === "calling";
  useEffect(() => (isHeard ? ringing(!isRinging) : undefined), [isHeard, isRinging]);
  useNotice(isRinging, name, t(now?.isVideo ? "calls.video" : "calls.voice"), !now?.isLoud);
}

/** Show a call in the browser's own way for as long as it rings. `isSilent`: without the sound that the system may make of it. */
export function useNotice(isRinging: boolean, name: string, words: string, isSilent = false): void {
  const { t } = useTranslation();
  const app = t("app.name");
  useEffect(
    () => (isRinging ? notify(name, words, app, isSilent) : undefined),
    [isRinging, name, words, app, isSilent],
  );
}

/** Show it in the browser's own way, as the person has chosen; returns what takes it away. */
function notify(name: string, words: string, app: string, silent: boolean): (() => void) | undefined {
  const { isOn, showsText } = keptNotify();
  const isSeen = document.visibilityState === "visible" && document.hasFocus();
  if (!isOn || isSeen || !("Notification" in window) || Notification.permission !== "granted")
    return undefined;
  const title = showsText ? name : app;
  const options = { body: words, tag: "call", icon: "/icon.svg", requireInteraction: true, silent };
  try {
    const shown = new Notification(title, options);
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
    return () => shown.close();
  } catch {
    return throughWorker(title, options);
  }
}

/** On phones only the service worker may. */
function throughWorker(title: string, options: NotificationOptions): () => void {
  const worker = navigator.serviceWorker?.ready;
  // No worker, no notification: it is heard.
  void worker?.then((one) => one.showNotification(title, options)).catch(() => undefined);
  return () => {
    void worker
      ?.then((one) => one.getNotifications({ tag: "call" }))
      .then((shown) => {
        for (const one of shown) one.close();
      })
      .catch(() => undefined);
  };
}
