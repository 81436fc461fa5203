import { describe, expect, it } from "vitest";
import * as inside from "../locales/inside";
import * as first from "../locales/words";
import { chosenLanguage } from "./i18n";
import { effective } from "./theme";

describe("the language of a device", () => {
  it.each([
    [null, ["zh-TW", "en"], "zh-CN"],
    [null, ["de", "en-US"], "en"],
    [null, ["de"], "en"],
    [null, [], "en"],
    ["en", ["zh"], "en"],
    ["xx", ["zh"], "zh-CN"],
  ] as const)("kept %s, asked for %s: %s", (kept, asked, spoken) => {
    expect(chosenLanguage(kept, asked)).toBe(spoken);
  });
});

describe("the theme", () => {
  it("follows the device only when it is asked to", () => {
    expect(effective("system", true)).toBe("dark");
    expect(effective("system", false)).toBe("light");
    expect(effective("light", true)).toBe("light");
    expect(effective("dark", false)).toBe("dark");
  });
});

const en = { ...first.en, ...inside.en };
const zh = { ...first.zh, ...inside.zh };

function keys(node: object, path = ""): string[] {
  return Object.entries(node).flatMap(([name, value]) =>
    typeof value === "object" ? keys(value, `${path}${name}.`) : [`${path}${name}`],
  );
}

function leaf(node: unknown, path: string): string {
  return path.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], node) as string;
}

describe("the two languages", () => {
  it("have the same words", () => {
    expect(Object.keys(first.en).filter((section) => section in inside.en)).toEqual([]);
    expect(Object.keys(en).length).toBe(Object.keys(first.en).length + Object.keys(inside.en).length);
    expect(keys(zh).sort()).toEqual(keys(en).sort());
  });

  it("name the same values in each sentence", () => {
    const named = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
    for (const key of keys(en)) {
      expect(named(leaf(zh, key)), key).toEqual(named(leaf(en, key)));
      expect(leaf(zh, key).trim(), key).not.toBe("");
    }
  });
});
