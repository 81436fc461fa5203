import { useEffect, useRef, useState } from "react";
import type { Offer } from "./outgoing";
import { FILES_MAX } from "./outgoing";
import { prepare, type Ready, type Way } from "./prepare";

/** One file that was chosen, and what will be sent of it. */
export interface Draft {
  readonly key: string;
  readonly file: File;
  /** Null while it is being made ready. */
  readonly ready: Ready | null;
  readonly preview: string | null;
}

/** Make the files of an offer ready, one after the other. `isOriginal`: pictures keep their size. */
export function useDrafts({ files, asFiles }: Offer, isOriginal: boolean) {
  const [drafts, setDrafts] = useState<readonly Draft[]>([]);
  const [left, setLeft] = useState<readonly File[]>(() => files.slice(0, FILES_MAX));
  const made = useRef<string[]>([]);
  const way: Way = asFiles ? "file" : isOriginal ? "original" : "small";

  // Files that are dropped while the sheet is open are added to those in it.
  const known = useRef(files);
  useEffect(() => {
    if (known.current === files) return;
    known.current = files;
    setLeft((before) => [...before, ...files].slice(0, FILES_MAX));
  }, [files]);

  useEffect(() => {
    let gone = false;
    setDrafts(left.map((file, at) => ({ key: `${at} ${file.name}`, file, ready: null, preview: null })));
    async function all(): Promise<void> {
      for (const [at, file] of left.entries()) {
        const ready = await prepare(file, way);
        if (gone) return;
        const shown = ready.thumbnail?.blob ?? (ready.kind === "image" ? ready.blob : null);
        const preview = shown && URL.createObjectURL(shown);
        if (preview !== null) made.current.push(preview);
        setDrafts((before) => before.map((one, index) => (index === at ? { ...one, ready, preview } : one)));
      }
    }
    void all();
    return () => {
      gone = true;
      for (const url of made.current.splice(0)) URL.revokeObjectURL(url);
    };
  }, [left, way]);

  return { drafts, remove: (file: File) => setLeft((before) => before.filter((one) => one !== file)) };
}
