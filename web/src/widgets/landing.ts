/** Where the focus goes when what had it is gone: nobody who uses the keyboard begins at the top of the page again. */

/** Give the focus to the title of the page, unless something has it. */
export function landOnTitle(): void {
  const { activeElement } = document;
  if (activeElement !== null && activeElement !== document.body) return;
  // A list at the side comes first: its title has the focus when nothing is open beside it.
  const title = [...document.querySelectorAll<HTMLElement>(".top :is(h1, h2)")].at(-1);
  focusOn(title ?? document.querySelector<HTMLElement>("h1:not(.sr-only)") ?? document.querySelector("main"));
}

/** Give the focus to what does not take it by itself. */
export function focusOn(element: HTMLElement | null): void {
  if (element === null) return;
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
