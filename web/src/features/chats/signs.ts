/** What understands the signs of a text (`model/markdown.ts`): fetched while such a text is being written, so that it is there when it is sent. */
import { mayBeFormatted } from "../../model/compose";
import { EVERYBODY, stillNamed } from "../../model/mentions";
import type { Named } from "../../model/text";

type Understands = typeof import("../../model/markdown");

/** Nobody waits longer than this for looks: the signs are then sent as they stand. */
const PATIENCE_MS = 1_000;

let here: Understands | null = null;
let coming: Promise<Understands | null> | null = null;

/** Begin to fetch it, once a text may want it. */
export function expectSigns(text: string): void {
  if (mayBeFormatted(text)) void fetched();
}

/** Return the HTML of a text, or null when it says no more than the text; at once when that can be told at once. */
export function htmlFor(text: string, mentioned: readonly Named[]): string | null | Promise<string | null> {
  if (!mayBeFormatted(text)) return null;
  const present = stillNamed(text, mentioned).filter(({ userId }) => userId !== EVERYBODY);
  if (here !== null) return here.htmlOf(text, present);
  return Promise.race([fetched(), patience()]).then((found) => found?.htmlOf(text, present) ?? null);
}

function fetched(): Promise<Understands | null> {
  coming ??= import("../../model/markdown").then(
    (found) => {
      here = found;
      return found;
    },
    () => {
      // The next text asks anew.
      coming = null;
      return null;
    },
  );
  return coming;
}

function patience(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
}
