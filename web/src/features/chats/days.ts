import type { TFunction } from "i18next";
import { daysBetween } from "../../model/days";

/** Return what a day is called: today, yesterday, the weekday of this week, else its date. */
export function dayOf(at: number, now: number, language: string, t: TFunction): string {
  const days = daysBetween(at, now);
  if (days === 0) return t("talk.today");
  if (days === 1) return t("talk.yesterday");
  if (days > 1 && days < 7) return new Date(at).toLocaleDateString(language, { weekday: "long" });
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Date(at).toLocaleDateString(language, {
    day: "numeric",
    month: "long",
    ...(!isThisYear && { year: "numeric" }),
  });
}

// Making one takes longer than drawing a message.
const clocks = new Map<string, Intl.DateTimeFormat>();

export function timeOf(at: number, language: string): string {
  let clock = clocks.get(language);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
    clocks.set(language, clock);
  }
  return clock.format(at);
}
