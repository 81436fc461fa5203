/** A message that is a file: everything its views need. */
import { coveredIn } from "../../model/formatted";
import { isSaidHeic } from "../../model/heic";
import { type Info, infoOf, type Kind, kindOf, namesOf, thumbnailTypeOf } from "../../model/media";
import type { Fact } from "../../model/timeline";
import { type Source, sourceOf, UNASKED_BYTES_MAX } from "../../protocol/media";

export interface Attachment extends Info {
  readonly kind: Kind;
  readonly name: string;
  /** What was said about it. */
  readonly caption: string;
  /** The same in plain words that are no secret: what is covered in it stays so. */
  readonly label: string;
  /** Null: there is nothing to be fetched. */
  readonly source: Source | null;
  readonly thumbnail: Source | null;
  readonly thumbnailType: string;
}

/** Return the file that a message is, or null when it is none. */
export function attachmentOf({ type, content }: Pick<Fact, "type" | "content">): Attachment | null {
  const kind = kindOf(type, content);
  if (kind === null) return null;
  const names = namesOf(content);
  return {
    kind,
    ...infoOf(content),
    ...names,
    label: coveredIn(content, names.caption),
    source: sourceOf(content),
    thumbnail: sourceOf(content, "thumbnail"),
    thumbnailType: thumbnailTypeOf(content) ?? "image/jpeg",
  };
}

/** The server makes plain pictures this small. */
const SMALL = { width: 400, height: 400 };

interface Wanted {
  readonly source: Source;
  readonly options: {
    readonly type?: string;
    readonly thumbnail?: { width: number; height: number };
    readonly most: number;
  };
}

/** What its event says of its size may be a lie, and of a small copy it says nothing. */
const most = UNASKED_BYTES_MAX;

/** Return what is shown of a picture before anybody asks for more; null when that would be large, or is nothing. */
export function previewOf(file: Attachment): Wanted | null {
  const { source, thumbnail, size, type } = file;
  const isSmall = size !== null && size <= UNASKED_BYTES_MAX;
  // A small copy stands still.
  if (file.kind === "image" && type === "image/gif" && isSmall && source)
    return { source, options: { type, most } };
  if (thumbnail !== null) {
    return "file" in thumbnail
      ? { source: thumbnail, options: { type: file.thumbnailType, most } }
      : { source: thumbnail, options: { thumbnail: SMALL, most } };
  }
  if (file.kind !== "image" || source === null) return null;
  if (!("file" in source)) return { source, options: { thumbnail: SMALL, most } };
  // Opening one takes a while, and what opens it a megabyte.
  return isSmall && !isSaidHeic(type) ? { source, options: { type, most } } : null;
}
