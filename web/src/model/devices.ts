/** The devices of an account, as a list that people understand. */

export interface Device {
  readonly id: string;
  readonly name: string;
  /** Unix milliseconds; null: not known. */
  readonly seenAt: number | null;
  readonly isVerified: boolean;
  readonly isThis: boolean;
}

/** This device first, then those seen last. */
export function devicesInOrder(devices: readonly Device[]): Device[] {
  return [...devices].sort(
    (a, b) =>
      Number(b.isThis) - Number(a.isThis) || (b.seenAt ?? 0) - (a.seenAt ?? 0) || a.id.localeCompare(b.id),
  );
}
