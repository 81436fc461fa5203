/** People one knows: who they are to oneself, and in which order. Pure. */

export interface Contact {
  readonly userId: string;
  /** What they call themselves. */
  readonly name: string;
  /** What oneself calls them; empty: nothing of one's own. */
  readonly remark: string;
  readonly tags: readonly string[];
}

/** What is kept about people in account data, for oneself alone. */
export interface Remarks {
  readonly people?: Readonly<Record<string, { readonly remark?: string; readonly tags?: readonly string[] }>>;
}

export interface Section {
  readonly letter: string;
  readonly contacts: readonly Contact[];
}

/** Where everything goes that begins with no letter. */
export const OTHER = "#";

/** The first character, in the order of pinyin, of each initial. No syllable begins with I, U or V. */
const FIRSTS: readonly (readonly [string, string])[] = [
  ["A", "阿"],
  ["B", "八"],
  ["C", "嚓"],
  ["D", "哒"],
  ["E", "妸"],
  ["F", "发"],
  ["G", "旮"],
  ["H", "哈"],
  ["J", "讥"],
  ["K", "咔"],
  ["L", "垃"],
  ["M", "痳"],
  ["N", "拏"],
  ["O", "噢"],
  ["P", "妑"],
  ["Q", "七"],
  ["R", "呥"],
  ["S", "扨"],
  ["T", "它"],
  ["W", "穵"],
  ["X", "夕"],
  ["Y", "丫"],
  ["Z", "帀"],
];
const pinyin = new Intl.Collator("zh-Hans-u-co-pinyin");
const HAN = /\p{Script=Han}/u;

/** What is read in another way where a name begins with it, and a character that is always read so. The longest ones come first. */
const READ_AS: readonly (readonly [string, string])[] = [
  ["尉迟", "玉迟"],
  ["万俟", "莫俟"],
  ["单于", "蝉于"],
  // Charlie and Charles, who are no surnames.
  ["查理", "查理"],
  ["查尔", "查尔"],
  ["曾", "增"],
  ["单", "善"],
  ["查", "渣"],
  ["仇", "求"],
  ["解", "谢"],
  ["翟", "宅"],
  ["区", "欧"],
];

/** Return a name as it is read, for the order alone. */
function asRead(name: string): string {
  const found = READ_AS.find(([written]) => name.startsWith(written));
  return found === undefined ? name : found[1] + name.slice(found[0].length);
}

/** Return the name that oneself sees: one's own for them before theirs. */
export function shownName(contact: Contact): string {
  return contact.remark || contact.name;
}

/** Return the letter a name stands under: A–Z, for Chinese that of its pinyin, else `#`. */
export function letterOf(name: string): string {
  const [first] = asRead(name.trim().replace(/^@/, ""));
  if (first === undefined) return OTHER;
  if (HAN.test(first)) return FIRSTS.findLast(([, from]) => pinyin.compare(from, first) <= 0)?.[0] ?? OTHER;
  // Accents do not count: É stands under E.
  const plain = first.normalize("NFD").charAt(0).toUpperCase();
  return /[A-Z]/.test(plain) ? plain : OTHER;
}

/** Return the contacts by letter, each letter in the order of its names; `#` comes last. */
export function inSections(contacts: readonly Contact[]): Section[] {
  const sections = new Map<string, Contact[]>();
  for (const contact of contacts) {
    const letter = letterOf(shownName(contact));
    sections.set(letter, [...(sections.get(letter) ?? []), contact]);
  }
  return [...sections]
    .sort(([a], [b]) => Number(a === OTHER) - Number(b === OTHER) || (a < b ? -1 : 1))
    .map(([letter, inside]) => ({ letter, contacts: inside.sort(byName) }));
}

function byName(a: Contact, b: Contact): number {
  const [one, other] = [shownName(a), shownName(b)];
  return (
    pinyin.compare(asRead(one), asRead(other)) || pinyin.compare(one, other) || (a.userId < b.userId ? -1 : 1)
  );
}

/** Say whether a contact is meant by what somebody typed. */
export function isMeant(contact: Contact, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  return [contact.name, contact.remark, contact.userId, ...contact.tags].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}

/** Letters of other scripts that look like Latin ones, small: Cyrillic, then Greek. */
const LOOKS_LIKE = new Map(zip("авекмнорстухіјѕ" + "αβεζηικμνορτυχ", "abekmhopctyxijs" + "abezhikmnoptyx"));

function zip(from: string, to: string): [string, string][] {
  return [...from].map((letter, index) => [letter, to[index] ?? ""]);
}

/** Say whether two names look the same to somebody in a hurry: signs that nobody sees do not count, and neither does the script. */
export function looksTheSame(one: string, other: string): boolean {
  const seen = (name: string): string =>
    [
      ...name
        .normalize("NFKC")
        .toLowerCase()
        .replace(/[\s\p{Cf}\p{Mn}]/gu, ""),
    ]
      .map((letter) => LOOKS_LIKE.get(letter) ?? letter)
      .join("");
  return seen(one) !== "" && seen(one) === seen(other);
}

/** Return the remarks with those about one person replaced; what says nothing is not kept. */
export function withRemark(kept: Remarks, userId: string, remark: string, tags: readonly string[]): Remarks {
  const { [userId]: _before, ...others } = kept.people ?? {};
  const own = [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ""))];
  const said = { ...(remark.trim() && { remark: remark.trim() }), ...(own.length > 0 && { tags: own }) };
  return { ...kept, people: { ...others, ...(Object.keys(said).length > 0 && { [userId]: said }) } };
}
