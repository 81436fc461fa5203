/** Times in words. */
import { timeLeft } from "../model/standing";
import { localeOf } from "./i18n";

/** Return a day and a time, in full. */
export function longTime(at: number, language: string): string {
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: "long", timeStyle: "short" }).format(at);
}

/** Return how much time is left, such as "23 hours". */
export function leftWords(until: number, now: number, language: string): string {
  const { unit, count } = timeLeft(until, now);
  return new Intl.NumberFormat(localeOf(language), { style: "unit", unit, unitDisplay: "long" }).format(
    count,
  );
}
