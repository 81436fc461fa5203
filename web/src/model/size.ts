/** Return a number of bytes as people say it. */
export function sizeOf(bytes: number, language: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  let at = 0;
  let amount = Math.max(0, bytes);
  while (amount >= 1000 && at < units.length - 1) {
    amount /= 1000;
    at += 1;
  }
  const format = { style: "unit", unit: units[at], unitDisplay: "short" } as const;
  return new Intl.NumberFormat(language, { ...format, maximumFractionDigits: amount < 10 ? 1 : 0 }).format(
    amount,
  );
}
