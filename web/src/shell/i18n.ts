/** The two languages. What the first page says comes with it in both; all else is fetched with what lies behind the login. */
import i18n from "i18next";
import { initReactI18next } from "react-i18next";
import { firstEn, firstZh, type Words } from "../locales/words";

export const LANGUAGES = { en: "English", "zh-CN": "简体中文" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = "courtyard.language";

/** Return the kept language, or the nearest to what the browser asks for. */
export function chosenLanguage(kept: string | null, asked: readonly string[]): Language {
  if (kept === "en" || kept === "zh-CN") return kept;
  for (const tag of asked) {
    if (tag.toLowerCase().startsWith("zh")) return "zh-CN";
    if (tag.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}

/** Return how dates are written in a language: as in the first country the browser asks for that speaks it in the same characters. */
export function localeOf(language: string, asked: readonly string[] = navigator.languages): string {
  const key = [language, ...asked].join(" ");
  const known = locales.get(key) ?? asked.find((tag) => spoken(tag) === spoken(language)) ?? language;
  locales.set(key, known);
  return known;
}

/** Found once: rows by the dozen ask for it while the client starts. */
const locales = new Map<string, string>();

/** Return a language with its characters: "zh-Hans". Nothing of what is no language. */
function spoken(tag: string): string | null {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return `${language}-${script}`;
  } catch {
    return null;
  }
}

const ALL = {
  en: () => import("../locales/allEn"),
  "zh-CN": () => import("../locales/allZh"),
} as const;

/** Return the language of this device: the chosen one, or the nearest to what the browser asks for. */
function ofDevice(): Language {
  return chosenLanguage(localStorage.getItem(KEPT), navigator.languages);
}

/** Somebody was inside: from then on a language is spoken only with all its words. */
let isInside = false;

/** Fetch every word of a language, without speaking it. */
export function fetchWords(language = ofDevice()): Promise<{ words: Words }> {
  return ALL[language]();
}

/** Have every word of a language, by default of this device's. */
export async function allWords(language = ofDevice()): Promise<void> {
  isInside = true;
  const { words } = await fetchWords(language);
  i18n.addResourceBundle(language, "translation", words, true, true);
}

/** What the browser installs the app by (`build/manifest.ts`). */
const MANIFESTS: Readonly<Record<Language, string>> = {
  en: "/manifest.webmanifest",
  "zh-CN": "/manifest.zh-CN.webmanifest",
};

/** Tell the browser which language the page speaks: to read it aloud in, and to install the app under its name in it. */
function tellBrowser(language: Language): void {
  document.documentElement.lang = language;
  // Only a client that was built has one.
  document.querySelector('link[rel="manifest"]')?.setAttribute("href", MANIFESTS[language]);
}

/** Speak a language from now on, on this device. */
export async function speak(language: Language): Promise<void> {
  if (isInside) await allWords(language);
  localStorage.setItem(KEPT, language);
  tellBrowser(language);
  await i18n.changeLanguage(language);
}

/** Begin with the language of this device. */
export async function startLanguage(): Promise<void> {
  const language = ofDevice();
  tellBrowser(language);
  await i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: firstEn }, "zh-CN": { translation: firstZh } },
    interpolation: { escapeValue: false },
  });
}
