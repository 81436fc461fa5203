/** Going back from a page that one can come to from many others. */

/** Go back to where one came from; who opened the page by its address came from nowhere, and goes to the place it belongs to. */
export function backOr(place: string, go: (to: string) => void): void {
  if (history.length > 1) history.back();
  else go(place);
}
