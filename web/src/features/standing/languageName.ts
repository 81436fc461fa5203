/** Languages in words. */
import { localeOf } from "../../shell/i18n";

/** Return what a language is called in another. People wrote the tag: what is none stays as they wrote it. */
export function languageName(tag: string, language: string): string {
  try {
    return new Intl.DisplayNames(localeOf(language), { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
