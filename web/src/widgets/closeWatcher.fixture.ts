import { fireEvent } from "@testing-library/react";

/** What a browser knows of one page: spec https://html.spec.whatwg.org/multipage/interaction.html#close-requests-and-close-watchers */
const page = { groups: [] as FakeCloseWatcher[][], allowed: 1, isNextFree: true };

/** The browser's CloseWatcher, as far as pages that only listen to "close" see it. */
export class FakeCloseWatcher {
  onclose: (() => void) | null = null;

  constructor() {
    const last = page.groups.at(-1);
    if (last === undefined || page.groups.length < page.allowed) page.groups.push([this]);
    else last.push(this);
    page.isNextFree = true;
  }

  destroy(): void {
    page.groups = page.groups
      .map((group) => group.filter((one) => one !== this))
      .filter(({ length }) => length);
  }
}

/** A page that nothing has been done with. */
export function newPage(): void {
  page.groups = [];
  page.allowed = 1;
  page.isNextFree = true;
}

/** Somebody touches the page: what opens next is a group of its own. */
export function touch(): void {
  if (page.isNextFree) page.allowed += 1;
  page.isNextFree = false;
}

/** The Back of a phone; false when it leaves the page. */
export function systemBack(): boolean {
  const group = page.groups.at(-1);
  if (group === undefined) return false;
  for (const watcher of [...group].reverse()) {
    watcher.destroy();
    watcher.onclose?.();
  }
  page.allowed = Math.max(1, page.allowed - 1);
  return true;
}

/** Where nothing on the page takes the key, it is a close request like any other. */
export function pressEscape(on: Element): void {
  if (fireEvent.keyDown(on, { key: "Escape" })) systemBack();
}
