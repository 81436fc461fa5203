/** The archive of an account: how far it is. Pure. */
import type { Archive } from "../protocol/archive";

export function isUnderWay(archive: Archive): boolean {
  return archive.state === "requested" || archive.state === "building";
}

/** Return how much of it is done, from 0 to 1; null while nobody can say. */
export function done(archive: Archive): number | null {
  if (!isUnderWay(archive)) return 1;
  const { progress } = archive;
  if (progress === undefined || progress.rooms_total === 0) return null;
  // The files come after the rooms, so the last stretch is not promised.
  return Math.min(0.95, progress.rooms / progress.rooms_total);
}
