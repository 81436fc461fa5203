/** Films: a still picture of one, how long it is, and the file without its notes. */
import { type Blank, type Box, blank, boxAt, isNotes, notesIn } from "../../model/film";
import { blurred, type Drawn, drawn } from "./picture";

interface Film {
  readonly width: number;
  readonly height: number;
  readonly durationMs: number | null;
  readonly poster: Drawn;
  readonly blurhash: string;
}

const POSTER_SIDE = 640;
/** A film that this browser cannot open says so in its own time, or never. */
const PATIENCE_MS = 8_000;

/** Look at a film; null when this browser cannot play it. */
export async function lookAt(file: Blob): Promise<Film | null> {
  const video = document.createElement("video");
  const url = URL.createObjectURL(file);
  try {
    video.muted = true;
    video.preload = "auto";
    video.playsInline = true;
    video.src = url;
    await heard(video, "loadeddata");
    // A film that was recorded in a browser does not say how long it is, before somebody goes to its end.
    if (video.duration === Number.POSITIVE_INFINITY) await seek(video, 1e9);
    const duration = Number.isFinite(video.duration) ? video.duration : null;
    // The first moment is often black.
    await seek(video, Math.min(1, (duration ?? 0) / 4));
    const poster = await drawn(video, POSTER_SIDE, "image/jpeg", 0.8);
    return {
      width: video.videoWidth,
      height: video.videoHeight,
      durationMs: duration === null ? null : Math.round(duration * 1000),
      poster,
      blurhash: blurred(video),
    };
  } catch {
    return null;
  } finally {
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(url);
  }
}

async function seek(video: HTMLVideoElement, to: number): Promise<void> {
  const there = heard(video, "seeked");
  video.currentTime = to;
  await there;
}

function heard(video: HTMLVideoElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
    const done = (then: () => void) => () => {
      clearTimeout(timer);
      then();
    };
    video.addEventListener(event, done(resolve), { once: true });
    video.addEventListener(
      "error",
      done(() => reject(new Error("not playable"))),
      { once: true },
    );
  });
}

/** Notes are not longer: what claims to be is no film. */
const MOOV_BYTES_MAX = 64_000_000;
const NOTES_BYTES_MAX = 128_000_000;
const BOXES_MAX = 10_000;

/** Return a film without its notes. Null: it is of a kind in which they are not known here. */
export async function withoutNotes(file: Blob): Promise<Blob | null> {
  const first = await boxIn(file, 0);
  if (first?.kind !== "ftyp") return null;
  const notes: Blank[] = [];
  let box: Box | null = first;
  for (let count = 0; box !== null && count < BOXES_MAX; count += 1) {
    const { kind, from, to }: Box = box;
    if (isNotes(kind)) notes.push({ from, to, isBox: true });
    if (kind === "moov") {
      if (to - from > MOOV_BYTES_MAX) return null;
      const inside = notesIn(new Uint8Array(await file.slice(from, to).arrayBuffer()), from);
      if (inside === null) return null;
      notes.push(...inside);
    }
    box = to < file.size ? await boxIn(file, to) : null;
  }
  return blanked(file, notes);
}

/** Return a file in which some of it is blank; null when that cannot be, or is more than notes are. */
function blanked(file: Blob, notes: readonly Blank[]): Blob | null {
  const parts: BlobPart[] = [];
  let [at, bytes] = [0, 0];
  for (const one of notes.toSorted((a, b) => a.from - b.from)) {
    bytes += one.to - one.from;
    if (one.from < at || one.to > file.size || bytes > NOTES_BYTES_MAX) return null;
    parts.push(file.slice(at, one.from), blank(one));
    at = one.to;
  }
  return new Blob([...parts, file.slice(at)], { type: file.type });
}

async function boxIn(file: Blob, from: number) {
  return boxAt(new Uint8Array(await file.slice(from, from + 16).arrayBuffer()), from, file.size);
}
