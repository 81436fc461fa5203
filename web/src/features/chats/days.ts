import type { TFunction } from "i18next";
import { daysBetween } from "../../model/days";

/** Return what a day is called: today, yesterday, the weekday of this week, else its date. */
export function dayOf(at: number, now: number, locale: string, t: TFunction): string {
  const days = daysBetween(at, now);
  if (days === 0) return t("talk.today");
  if (days === 1) return t("talk.yesterday");
  if (days > 1 && days < 7) return new Date(at).toLocaleDateString(locale, { weekday: "long" });
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Date(at).toLocaleDateString(locale, {
    day: "numeric",
    month: "long",
    ...(!isThisYear && { year: "numeric" }),
  });
}

// Making one takes longer than drawing a message.
const clocks = new Map<string, Intl.DateTimeFormat>();

export function timeOf(at: number, locale: string): string {
  let clock = clocks.get(locale);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
    clocks.set(locale, clock);
  }
  return clock.format(at);
}
