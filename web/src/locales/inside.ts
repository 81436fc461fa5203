/** The words behind the login: everything that the first page does without. They come with what is behind it. */
import i18n from "i18next";
import { sections } from "./words";

export const en = sections(
  import.meta.glob(["./en/*.json", "!./en/{account,app,errors,start,update,welcome}.json"], { eager: true }),
);
export const zh = sections(
  import.meta.glob(["./zh-CN/*.json", "!./zh-CN/{account,app,errors,start,update,welcome}.json"], {
    eager: true,
  }),
);

/** Know them from now on. */
export function learnWords(): void {
  i18n.addResourceBundle("en", "translation", en, true, true);
  i18n.addResourceBundle("zh-CN", "translation", zh, true, true);
}
