import { useEffect, useState } from "react";

export type Copied = "copied" | "not_copied";

/** How long it is said that something was copied. */
const SAID_MS = 3_000;

/** Take words along, and say for a moment whether that worked. */
export function useCopy(): { copied: Copied | null; copy: (text: string) => void } {
  const [state, setState] = useState<{ copied: Copied } | null>(null);
  useEffect(() => {
    if (state === null) return;
    const timer = window.setTimeout(() => setState(null), SAID_MS);
    return () => window.clearTimeout(timer);
  }, [state]);

  function copy(text: string): void {
    write(text).then(
      () => setState({ copied: "copied" }),
      () => setState({ copied: "not_copied" }),
    );
  }

  return { copied: state?.copied ?? null, copy };
}

/** Without a secure connection there is no clipboard at all; then it fails like one that is not allowed. */
async function write(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
