/** What lies open over the page, the topmost last. The Back of a phone closes that, where its browser tells us of it, and leaves the page
 *  only when nothing is open.
 */
import { useEffect, useEffectEvent } from "react";

/** The browser's word that somebody wants to close something; it serves once. spec: https://html.spec.whatwg.org/#closewatcher */
interface Watcher {
  onclose: (() => void) | null;
  destroy: () => void;
}

declare global {
  interface Window {
    /** Missing in many browsers. */
    CloseWatcher?: new () => Watcher;
  }
}

const layers: (() => void)[] = [];
let watcher: Watcher | null = null;

/** Let the system's Back, and an Escape that nothing else takes, do what closes this while it lies on top. */
export function useLayer(isOpen: boolean, onClose: () => void): void {
  const close = useEffectEvent(onClose);
  useEffect(() => (isOpen ? lay(() => close()) : undefined), [isOpen]);
}

/** Lay one on top; the function that is returned takes it away. */
function lay(close: () => void): () => void {
  layers.push(close);
  watch();
  return () => {
    layers.splice(layers.indexOf(close), 1);
    watch();
  };
}

/** Keep one watcher, and a young one: of several, the browser closes those together that nobody's touch came before, and the youngest first. */
function watch(): void {
  watcher?.destroy();
  watcher = null;
  const top = layers.at(-1);
  if (top === undefined || window.CloseWatcher === undefined) return;
  watcher = new window.CloseWatcher();
  watcher.onclose = () => {
    top();
    // What would not close now, as while something is sent from it, is asked again.
    watch();
  };
}
