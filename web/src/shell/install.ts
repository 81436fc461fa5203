/** Putting the app on the home screen. A browser offers it once, early: the offer is kept for when it is wanted. */
import { newBoard } from "./board";

interface InstallOffer extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

const { put: keep, use: useOffer } = newBoard<InstallOffer | null>(null);

/** Listen for the browser's offer. Called once, before anything is shown. */
export function startInstall(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    keep(event as InstallOffer);
  });
  window.addEventListener("appinstalled", () => keep(null));
}

/** Say whether the app runs by itself, outside of a browser's tab. */
export function isInstalled(): boolean {
  return window.matchMedia("(display-mode: standalone)").matches;
}

/** Return what installs the app, or null while the browser does not offer it. */
export function useInstall(): (() => Promise<void>) | null {
  const offer = useOffer();
  if (offer === null) return null;
  return async () => {
    await offer.prompt();
    // An offer can be taken up once.
    keep(null);
  };
}
