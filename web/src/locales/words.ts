/** The words of the first page: one file for each section and language, `locales/en/account.json`. The others are in `inside.ts`. */
type Section = Record<string, unknown>;

/** Name sections by their files. */
export function sections(files: Record<string, { default: Section }>): Record<string, Section> {
  const named = Object.entries(files).map(([path, { default: words }]) => [
    path.replace(/^.*\/(.*)\.json$/, "$1"),
    words,
  ]);
  return Object.fromEntries(named);
}

// Vite reads these lists as they stand: they must be the same four times.
export const en = sections(
  import.meta.glob("./en/{account,app,errors,start,update,welcome}.json", { eager: true }),
);
export const zh = sections(
  import.meta.glob("./zh-CN/{account,app,errors,start,update,welcome}.json", { eager: true }),
);
