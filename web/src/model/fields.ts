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
