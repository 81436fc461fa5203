/** Going back from a page that one can come to from many others. */

/** Go back to where one came from; who opened the page by its address came from nowhere, and goes to the place it belongs to. */
export function backOr(place: string, go: (to: string) => void): void {
  if (hasComeFromHere()) history.back();
  else go(place);
}

/** Before it there may have been an empty tab, or another site. Older browsers cannot tell. */
function hasComeFromHere(): boolean {
  return "navigation" in window ? navigation.canGoBack : history.length > 1;
}
