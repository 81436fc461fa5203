/** Going back, so that the system's Back after it never opens again what was just left. */
import { unescaped } from "../model/link";

type Go = (to: string, options: { replace: true }) => void;

/** Go up to the place that a page belongs to: back where one has been there, however far; else it comes instead of the page. */
export function upTo(place: string, go: Go): void {
  const before = lastAt(place);
  if (before === null) {
    go(place, { replace: true });
    return;
  }
  // Pressed twice, it leads there once: going a number of pages back could lead out of the app. It fails for who has gone elsewhere.
  navigation.traverseTo(before.key).committed?.catch(() => undefined);
}

/** Go back to where one came from, from a page that one can come to from many others; who opened it by its address came from nowhere, and
 *  goes to the place it belongs to.
 */
export function backOr(place: string, go: Go): void {
  if (hasComeFromHere()) history.back();
  else go(place, { replace: true });
}

/** Before it there may have been an empty tab, or another site. Older browsers cannot tell. */
function hasComeFromHere(): boolean {
  return "navigation" in window ? navigation.canGoBack : history.length > 1;
}

/** Return when one has last been at a place; null where that was never, or the browser does not tell. */
function lastAt(place: string): NavigationHistoryEntry | null {
  if (!("navigation" in window)) return null;
  const now = navigation.currentEntry?.index ?? 0;
  const before = navigation.entries().slice(0, now);
  return before.findLast(({ url }) => url !== null && pathOf(url) === pathOf(place)) ?? null;
}

/** What the page is called: a colon in it may be written in two ways. */
function pathOf(address: string): string {
  return unescaped(new URL(address, location.href).pathname);
}
