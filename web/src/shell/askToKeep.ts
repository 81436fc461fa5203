/** Asking the browser not to throw away what lies here, the keys of messages among it, when the device runs out of room. */
import { whenIdle } from "./idle";

const ASKED = "courtyard.asked_to_keep";
/** It has time: the page comes first. */
const LATEST_MS = 10_000;
const PAUSE_MS = 5_000;

/** Ask at a quiet moment, once for whoever is signed in here: some browsers ask the person in turn. Me, Storage asks again. */
export function askToKeep(): void {
  if (localStorage.getItem(ASKED) === null) whenIdle(() => void ask(), LATEST_MS, PAUSE_MS);
}

async function ask(): Promise<void> {
  const { storage } = navigator as Partial<Navigator>;
  // Older browsers cannot promise it.
  if (storage?.persist === undefined) return;
  // Before it answers: whoever signs out meanwhile leaves nothing here.
  localStorage.setItem(ASKED, "1");
  if (!(await storage.persisted())) await storage.persist();
}
