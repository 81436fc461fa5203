import { useState } from "react";

/** Return a text that is being written, and what changes it. It survives a reload and leaving the page, and goes with the session or, emptied,
 *  with having been sent. */
export function useWritten(about: string): readonly [string, (text: string) => void] {
  const kept = `courtyard.written.${about}`;
  const [text, setText] = useState(() => localStorage.getItem(kept) ?? "");

  function write(now: string): void {
    setText(now);
    if (now === "") localStorage.removeItem(kept);
    else localStorage.setItem(kept, now);
  }

  return [text, write];
}
