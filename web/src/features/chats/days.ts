import type { TFunction } from "i18next";

const DAY_MS = 86_400_000;

/** Return what a day is called: today, yesterday, the weekday of this week, else its date. */
export function dayOf(at: number, now: number, language: string, t: TFunction): string {
  const start = (moment: number) => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((start(now) - start(at)) / DAY_MS);
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

export function timeOf(at: number, language: string): string {
  return new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}
