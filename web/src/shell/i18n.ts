/** The two languages. Both come with the first page, as far as it needs them: words must be there before anything else is. */
import i18n from "i18next";
import { initReactI18next } from "react-i18next";
import { en, zh } from "../locales/words";

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

/** Speak a language from now on, on this device. */
export async function speak(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
  await i18n.changeLanguage(language);
}

/** Begin with the language of this device. */
export async function startLanguage(): Promise<void> {
  const language = chosenLanguage(localStorage.getItem(KEPT), navigator.languages);
  document.documentElement.lang = language;
  await i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: en }, "zh-CN": { translation: zh } },
    interpolation: { escapeValue: false },
  });
}
