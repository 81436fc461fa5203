/** Every word of the client: one file for each section and language, `locales/en/chats.json`. */
type Section = Record<string, unknown>;

function sections(files: Record<string, { default: Section }>): Record<string, Section> {
  const named = Object.entries(files).map(([path, { default: words }]) => [
    path.replace(/^.*\/(.*)\.json$/, "$1"),
    words,
  ]);
  return Object.fromEntries(named);
}

export const en = sections(import.meta.glob("./en/*.json", { eager: true }));
export const zh = sections(import.meta.glob("./zh-CN/*.json", { eager: true }));
