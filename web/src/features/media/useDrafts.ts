import { useEffect, useRef, useState } from "react";
import { FILES_MAX, type Offer } from "./outgoing";
import { prepare, type Ready, type Way } from "./prepare";

/** One file that was chosen, and what will be sent of it. */
export interface Draft {
  readonly key: string;
  readonly file: File;
  /** Null while it is being made ready. */
  readonly ready: Ready | null;
  /** There is nothing to be read, and nothing to be sent. */
  readonly isLost: boolean;
  readonly preview: string | null;
}

type Made = Pick<Draft, "ready" | "isLost" | "preview">;
const WAITING: Made = { ready: null, isLost: false, preview: null };

/** Make the files of an offer ready, one after the other. `isOriginal`: pictures keep their size. */
export function useDrafts({ files, asFiles }: Offer, isOriginal: boolean) {
  const [left, setLeft] = useState<readonly File[]>(() => files.slice(0, FILES_MAX));
  const [made, setMade] = useState<ReadonlyMap<string, Made>>(new Map());
  const way: Way = asFiles ? "file" : isOriginal ? "original" : "small";
  const ids = useRef(new Map<File, number>());

  function keyOf(file: File): string {
    const id = ids.current.get(file) ?? ids.current.size;
    ids.current.set(file, id);
    return `${way} ${id}`;
  }

  // Files that are dropped while the sheet is open are added to those in it.
  const known = useRef(files);
  useEffect(() => {
    if (known.current === files) return;
    known.current = files;
    setLeft((before) => [...before, ...files].slice(0, FILES_MAX));
  }, [files]);

  /** A large picture takes much room while it is drawn: never two at once, and none that was taken away meanwhile. */
  const line = useRef(Promise.resolve());
  const begun = useRef(new Set<string>());
  const wanted = useRef(new Set<string>());
  wanted.current = new Set(left.map(keyOf));
  useEffect(() => {
    for (const file of left) {
      const key = keyOf(file);
      if (begun.current.has(key)) continue;
      begun.current.add(key);
      line.current = line.current.then(() => make(key, file, way));
    }

    async function make(key: string, file: File, by: Way): Promise<void> {
      if (!wanted.current.has(key)) {
        begun.current.delete(key);
        return;
      }
      // One that fails in a way that nobody thought of must not hold back the others.
      const ready = await prepare(file, by).catch(() => null);
      const shown = ready?.thumbnail?.blob ?? (ready?.kind === "image" ? ready.blob : null);
      const preview = shown && URL.createObjectURL(shown);
      setMade((before) => new Map(before).set(key, { ready, isLost: ready === null, preview }));
    }
  });

  const all = useRef(made);
  all.current = made;
  useEffect(
    () => () => {
      wanted.current.clear();
      for (const { preview } of all.current.values()) if (preview !== null) URL.revokeObjectURL(preview);
    },
    [],
  );

  const drafts = left.map((file): Draft => {
    const key = keyOf(file);
    return { key, file, ...(made.get(key) ?? WAITING) };
  });
  return { drafts, remove: (file: File) => setLeft((before) => before.filter((one) => one !== file)) };
}
