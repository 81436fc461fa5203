/** The words of the client: one file for each section and language, `locales/en/chats.json`. */
type Section = Record<string, unknown>;
export type Words = Record<string, Section>;

export function sections(files: Record<string, { default: Section }>): Words {
  const named = Object.entries(files).map(([path, { default: words }]) => [
    path.replace(/^.*\/(.*)\.json$/, "$1"),
    words,
  ]);
  return Object.fromEntries(named);
}

/** What the first page, its errors and the list of chats say, in both languages: there before anything else is. All else is behind the login. */
export const firstEn = sections(
  import.meta.glob("./en/{account,app,chatmenu,chats,errors,start,tabs,update,welcome}.json", {
    eager: true,
  }),
);
export const firstZh = sections(
  import.meta.glob("./zh-CN/{account,app,chatmenu,chats,errors,start,tabs,update,welcome}.json", {
    eager: true,
  }),
);
