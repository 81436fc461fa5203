import { useEffect, useRef, useState } from "react";
import type { Target } from "./composerTools";

/** Where the draft of a conversation is kept on this device. */
export function draftKey(roomId: string, threadId: string | null): string {
  return threadId === null ? `courtyard.draft.${roomId}` : `courtyard.draft.${roomId}.${threadId}`;
}

/** Return the text that is being written. It survives leaving the page; while an old message is being changed, it waits. */
export function useDraft(target: Target, edited: { id: string; text: string } | null) {
  const kept = draftKey(target.roomId, target.threadId);
  const [draft, setDraft] = useState(() => localStorage.getItem(kept) ?? "");
  const [wording, setWording] = useState("");
  const editedId = edited?.id ?? null;
  const first = useRef(edited?.text ?? "");
  first.current = edited?.text ?? "";

  useEffect(() => {
    if (editedId !== null) setWording(first.current);
  }, [editedId]);

  function write(now: string): void {
    if (editedId !== null) {
      setWording(now);
      return;
    }
    setDraft(now);
    if (now === "") localStorage.removeItem(kept);
    else localStorage.setItem(kept, now);
  }

  return { text: editedId === null ? draft : wording, write };
}
