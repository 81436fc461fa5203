import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Contact, inSections, isMeant, letterOf, looksTheSame, OTHER, withRemark } from "./contacts";

const contact: fc.Arbitrary<Contact> = fc.record({
  userId: fc.stringMatching(/^@[a-z]{1,6}:x$/),
  name: fc.oneof(fc.string(), fc.constantFrom("林薇", "张三", "Élodie", "🍜", "王五", "anna")),
  remark: fc.constantFrom("", "", "Mum", "老李"),
  tags: fc.constant([]),
});
const contacts = fc.uniqueArray(contact, { selector: (one) => one.userId });

describe("the letter of a name", () => {
  it.each([
    ["anna", "A"],
    ["@bob:x", "B"],
    ["Élodie", "E"],
    ["安娜", "A"],
    ["陈明", "C"],
    ["李雷", "L"],
    ["林薇", "L"],
    ["王五", "W"],
    ["夏天", "X"],
    ["叶青", "Y"],
    ["张三", "Z"],
    ["欧阳", "O"],
    // Read in another way where they are surnames.
    ["曾国藩", "Z"],
    ["单田芳", "S"],
    ["查良镛", "Z"],
    ["仇英", "Q"],
    ["解缙", "X"],
    ["翟志刚", "Z"],
    ["区楚良", "O"],
    ["尉迟恭", "Y"],
    ["万俟卨", "M"],
    ["查理", "C"],
    ["7eleven", OTHER],
    ["🍜", OTHER],
    ["", OTHER],
  ])("%s stands under %s", (name, letter) => {
    expect(letterOf(name)).toBe(letter);
  });
});

describe("contacts by letter", () => {
  it("are all there, once, each under its letter", () => {
    fc.assert(
      fc.property(contacts, (list) => {
        const sections = inSections(list);
        const ids = sections.flatMap((section) => section.contacts.map((one) => one.userId));
        expect([...ids].sort()).toEqual(list.map((one) => one.userId).sort());
        const letters = sections.map((section) => section.letter);
        expect(new Set(letters).size).toBe(letters.length);
        expect(letters.indexOf(OTHER)).toBeOneOf([-1, letters.length - 1]);
      }),
    );
  });

  it("stand among those whose names are read alike", () => {
    const named = (name: string) => ({ userId: `@${name}:x`, name, remark: "", tags: [] });
    const [z] = inSections(["周舟", "曾国藩", "安娜", "张三"].map(named)).filter(
      ({ letter }) => letter === "Z",
    );
    expect(z?.contacts.map((one) => one.name)).toEqual(["曾国藩", "张三", "周舟"]);
  });

  it("do not depend on the order they come in", () => {
    fc.assert(
      fc.property(contacts, (list) => {
        expect(inSections([...list].reverse())).toEqual(inSections(list));
      }),
    );
  });
});

describe("names that look the same", () => {
  it.each([
    ["Alice", "alice "],
    ["Alice", "Al\u200Bice"],
    ["Alice", "Аlісе"],
    ["Ｍａｙ", "May"],
    ["林 薇", "林薇"],
  ])("%s, %s", (one, other) => expect(looksTheSame(one, other)).toBe(true));

  it.each([
    ["Alice", "Alicia"],
    ["林薇", "林微"],
    ["", "\u200B"],
  ])("but not %s, %s", (one, other) => expect(looksTheSame(one, other)).toBe(false));
});

describe("remarks", () => {
  it("are found by what is typed, and say nothing when empty", () => {
    const kept = withRemark({}, "@b:x", " Uncle Bob ", ["family", " ", "family"]);
    expect(kept).toEqual({ people: { "@b:x": { remark: "Uncle Bob", tags: ["family"] } } });
    expect(withRemark(kept, "@b:x", " ", [])).toEqual({ people: {} });
    const bob = { userId: "@b:x", name: "bob", remark: "Uncle Bob", tags: ["family"] };
    expect(["UNCLE", "fam", "@b:", ""].map((typed) => isMeant(bob, typed))).toEqual([true, true, true, true]);
    expect(isMeant(bob, "aunt")).toBe(false);
  });

  it("leave other people's as they are", () => {
    const kept = { people: { "@a:x": { remark: "A" } } };
    expect(withRemark(kept, "@b:x", "B", []).people?.["@a:x"]).toEqual({ remark: "A" });
  });
});
