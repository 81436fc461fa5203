/** A style sheet is there for the whole page once it has come: what two of them say of one class, the one that came last decides. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const SRC = new URL("..", import.meta.url);
/** How these look in a place of its own, every feature may say. */
const SHARED = /^(shell|widgets)\//;

/** Return every selector that a sheet has a rule for, one by one. What stands within `@media` counts; the steps of `@keyframes` do not. */
function selectorsIn(css: string): string[] {
  const plain = css.replace(/\/\*.*?\*\//gs, "").replace(/@keyframes [^{]*\{(?:[^{}]*\{[^}]*\})*\s*\}/g, "");
  const heads = [...plain.matchAll(/([^{};]+)\{/g)].map(([, head = ""]) => head.trim());
  return heads.filter((head) => !head.startsWith("@")).flatMap(apart);
}

/** Take a list of selectors apart at its commas, but not at those within brackets. */
function apart(list: string): string[] {
  return list.split(/,(?![^(]*\))/).map((one) => one.trim().replace(/\s+/g, " "));
}

const sheets = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  // That one says how all of them look where colours are few, and outweighs them.
  .filter((path) => path.endsWith(".css") && !path.endsWith("forced.css"))
  .map((path) => path.replaceAll("\\", "/"))
  .map((path) => ({ path, selectors: new Set(selectorsIn(readFileSync(new URL(path, SRC), "utf8"))) }));

/** Which sheets say how a class looks wherever it stands. */
const owners = new Map<string, string[]>();
for (const { path, selectors } of sheets) {
  for (const one of selectors) {
    if (/^\.[\w-]+$/.test(one)) owners.set(one, [...(owners.get(one) ?? []), path]);
  }
}

test("the sheets are found and read", () => {
  expect(sheets.length).toBeGreaterThan(20);
  expect(owners.get(".button")).toEqual(["widgets/widgets.css"]);
  expect(
    selectorsIn("@media (a: b) { .x:is(.y, p) a, .z { top: 0 } } @keyframes q { to { top: 0 } }"),
  ).toEqual([".x:is(.y, p) a", ".z"]);
});

test("no two sheets have a rule for the same selector", () => {
  const found = new Map<string, string[]>();
  for (const { path, selectors } of sheets) {
    for (const one of selectors) found.set(one, [...(found.get(one) ?? []), path]);
  }
  const twice = [...found].filter(([one, paths]) => paths.length > 1 && one !== ":root");
  expect(twice).toEqual([]);
});

test("a class that a feature styles everywhere is not another one's for something else", () => {
  const leaks: string[] = [];
  for (const { path, selectors } of sheets) {
    for (const one of selectors) {
      const classes =
        one
          .split(" ")
          .at(-1)
          ?.match(/\.[\w-]+/g) ?? [];
      const first = owners.get(one.match(/\.[\w-]+/)?.[0] ?? "") ?? [];
      for (const name of classes) {
        const [owner] = owners.get(name) ?? [];
        if (owner === undefined || SHARED.test(owner) || first.includes(owner)) continue;
        if (path.startsWith(owner.replace(/[^/]+$/, ""))) continue;
        leaks.push(`${path}: ${one} (${owner})`);
      }
    }
  }
  expect(leaks).toEqual([]);
});

test("what is said of links in sentences does not colour buttons that are links", () => {
  const loud = sheets.flatMap(({ selectors }) => [...selectors]).filter((one) => /(^| )a:not\(\./.test(one));
  expect(loud).toEqual([]);
});

describe("what is told apart by its colour can be told apart", () => {
  const tokens = readFileSync(new URL("shell/tokens.css", SRC), "utf8");
  const [light = "", dark = ""] = [
    tokens.split('[data-theme="dark"]')[0],
    tokens.split('[data-theme="dark"]')[1],
  ];
  const TEXT = 4.5;
  const SIGN = 3;
  const pairs: [string, string, number][] = [
    ...["bg", "surface", "surface-2", "mine", "theirs"].map((ground): [string, string, number] => [
      "text",
      ground,
      TEXT,
    ]),
    ...["bg", "surface", "surface-2", "theirs"].map((ground): [string, string, number] => [
      "text-2",
      ground,
      TEXT,
    ]),
    ...["bg", "surface", "surface-2"].map((ground): [string, string, number] => ["edge", ground, SIGN]),
    ["accent-ink", "accent", TEXT],
    ["danger-ink", "danger", TEXT],
    ["accent", "bg", TEXT],
    ["danger", "bg", TEXT],
  ];
  test.each([
    ["light", light],
    ["dark", dark],
  ])("in the %s theme", (_, sheet) => {
    const colour = (name: string) => sheet.match(new RegExp(`--${name}: (#[0-9a-f]+);`))?.[1] ?? "";
    const faint = pairs.filter(([over, ground, least]) => contrast(colour(over), colour(ground)) < least);
    expect(faint).toEqual([]);
  });
});

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const digits =
    hex.length === 4 ? [...hex.slice(1)].map((one) => one + one) : (hex.slice(1).match(/../g) ?? []);
  const [r = Number.NaN, g = Number.NaN, b = Number.NaN] = digits
    .map((two) => Number.parseInt(two, 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
