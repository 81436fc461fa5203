/** When the recovery key was put off, on this device. It is asked about again, at growing distances. */
const KEPT = "courtyard.recovery.later";
const HOUR_MS = 3_600_000;
const PAUSES_MS = [24 * HOUR_MS, 3 * 24 * HOUR_MS, 7 * 24 * HOUR_MS] as const;

interface PutOff {
  readonly at: number;
  readonly times: number;
}

/** Return until when nobody asks again. */
export function quietUntil({ at, times }: PutOff): number {
  return at + (PAUSES_MS[Math.min(times, PAUSES_MS.length) - 1] ?? 0);
}

function kept(): PutOff {
  try {
    const { at, times } = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<PutOff>;
    return { at: Number(at ?? 0), times: Number(times ?? 0) };
  } catch {
    return { at: 0, times: 0 };
  }
}

export function putOff(nowMs: number): void {
  localStorage.setItem(KEPT, JSON.stringify({ at: nowMs, times: kept().times + 1 } satisfies PutOff));
}

export function isQuiet(nowMs: number): boolean {
  return nowMs < quietUntil(kept());
}
