/** What some client wrote, which may be anything: read field by field. Pure. */
import type { Content } from "./timeline";

/** Return what is an object with fields as such; null for everything else. */
export function recordOf(value: unknown): Content | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Content) : null;
}

/** Return the fields of a value: of what is no object, none. */
export function fieldsOf(value: unknown): Content {
  return recordOf(value) ?? {};
}

/** Return what is a text as such; of everything else, which may not even be made into one, "". */
export function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Return what kind of message a content says that it is. */
export function msgtypeOf(content: Content): string {
  return wordOf(content["msgtype"]);
}

/** The calendar goes no further, but a server may write any number. */
const MOMENT_MAX = 8e15;

/** Return a moment in Unix milliseconds; what is none is the beginning of time. */
export function momentOf(value: unknown): number {
  return typeof value === "number" && Math.abs(value) <= MOMENT_MAX ? value : 0;
}
