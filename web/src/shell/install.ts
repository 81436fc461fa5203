/** Putting the app on the home screen. A browser offers it once, early: the offer is kept for when it is wanted. */
import { useSyncExternalStore } from "react";

interface InstallOffer extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

let offer: InstallOffer | null = null;
const heard = new Set<() => void>();

function set(next: InstallOffer | null): void {
  offer = next;
  for (const tell of heard) tell();
}

/** Listen for the browser's offer. Called once, before anything is shown. */
export function startInstall(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    set(event as InstallOffer);
  });
  window.addEventListener("appinstalled", () => set(null));
}

/** Say whether the app runs by itself, outside of a browser's tab. */
export function isInstalled(): boolean {
  return window.matchMedia("(display-mode: standalone)").matches;
}

/** Return what installs the app, or null while the browser does not offer it. */
export function useInstall(): (() => Promise<void>) | null {
  const made = useSyncExternalStore(
    (tell) => {
      heard.add(tell);
      return () => heard.delete(tell);
    },
    () => offer,
  );
  if (made === null) return null;
  return async () => {
    await made.prompt();
    // An offer can be taken up once.
    set(null);
  };
}
