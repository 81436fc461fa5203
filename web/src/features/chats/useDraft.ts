import { useEffect, useRef, useState } from "react";
import type { Named } from "../../model/text";
import type { Target } from "./composerTools";

/** Where the draft of a conversation is kept on this device. */
export function draftKey(roomId: string, threadId: string | null): string {
  return threadId === null ? `courtyard.draft.${roomId}` : `courtyard.draft.${roomId}.${threadId}`;
}

/** Beside the draft: who is meant by the names in it. */
function mentionedKey(roomId: string, threadId: string | null): string {
  return draftKey(roomId, threadId).replace("draft", "mentioned");
}

interface Edited {
  readonly id: string;
  readonly text: string;
  readonly mentioned: readonly Named[];
}

/** Return the text that is being written, and whom it names. Both survive leaving the page; while an old message is being changed, they wait. */
export function useDraft(target: Target, edited: Edited | null) {
  const kept = draftKey(target.roomId, target.threadId);
  const keptMentioned = mentionedKey(target.roomId, target.threadId);
  const [draft, setDraft] = useState(() => localStorage.getItem(kept) ?? "");
  const [wording, setWording] = useState("");
  const inDraft = useRef<readonly Named[] | null>(null);
  const inWording = useRef<readonly Named[]>([]);
  const editedId = edited?.id ?? null;
  const first = useRef(edited);
  first.current = edited;

  useEffect(() => {
    if (editedId === null) return;
    setWording(first.current?.text ?? "");
    inWording.current = first.current?.mentioned ?? [];
  }, [editedId]);

  function mentioned(): readonly Named[] {
    if (editedId !== null) return inWording.current;
    inDraft.current ??= mentionedFrom(localStorage.getItem(keptMentioned));
    return inDraft.current;
  }

  function mention(person: Named): void {
    const all = [...mentioned(), person];
    if (editedId !== null) inWording.current = all;
    else {
      inDraft.current = all;
      localStorage.setItem(keptMentioned, JSON.stringify(all));
    }
  }

  function write(now: string): void {
    if (editedId !== null) {
      setWording(now);
      return;
    }
    setDraft(now);
    if (now === "") {
      inDraft.current = [];
      localStorage.removeItem(kept);
      localStorage.removeItem(keptMentioned);
    } else localStorage.setItem(kept, now);
  }

  return { text: editedId === null ? draft : wording, write, mentioned, mention };
}

function mentionedFrom(kept: string | null): Named[] {
  return kept === null ? [] : (JSON.parse(kept) as Named[]);
}
