import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import i18n from "i18next";
import { describe, expect, it, vi } from "vitest";
import { words as en } from "../locales/allEn";
import { words as zh } from "../locales/allZh";
import { firstEn, firstZh } from "../locales/words";
import { chosenLanguage, localeOf } from "./i18n";
import { longTime } from "./moments";
import { quickWords } from "./quickWords";
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

describe("how dates are written", () => {
  it.each([
    ["en", ["en-GB", "en-US", "en"], "en-GB"],
    ["en", ["zh-CN", "en-AU"], "en-AU"],
    ["en", ["en"], "en"],
    ["en", ["de", "zh"], "en"],
    ["en", [], "en"],
    ["zh-CN", ["en", "zh-SG"], "zh-SG"],
    ["zh-CN", ["zh", "zh-CN"], "zh"],
    // In the characters that the words beside them are in.
    ["zh-CN", ["zh-TW", "zh-HK"], "zh-CN"],
    ["zh-CN", ["zh-Hant-TW", "zh-Hans-HK"], "zh-Hans-HK"],
    // Some browsers say what is no language.
    ["en", ["en_US.UTF-8", "", "C", "en-IE"], "en-IE"],
  ] as const)("in %s, asked for %s: %s", (language, asked, locale) => {
    expect(localeOf(language, asked)).toBe(locale);
  });

  it("is the way of the reader's own country", () => {
    vi.stubGlobal("navigator", { languages: ["en-GB", "en"] });
    expect(longTime(new Date(2026, 2, 4, 17, 5).getTime(), "en")).toBe("4 March 2026 at 17:05");
    expect(quickWords(i18n.t, "en").locale).toBe("en-GB");
    vi.unstubAllGlobals();
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
    expect(keys(zh).sort()).toEqual(keys(en).sort());
  });

  it("name the app in one way each", () => {
    const name = String(en["app"]?.["name"]);
    expect(keys(zh).filter((key) => leaf(zh, key).includes(name))).toEqual([]);
  });

  it("write Chinese with its own punctuation, also beside what is filled in", () => {
    const narrow = /[一-鿿][,.:;!?()]|[,.:;!?()][一-鿿]/;
    const written = (key: string) => leaf(zh, key).replace(/\{\{\w+\}\}/g, "名");
    expect(keys(zh).filter((key) => narrow.test(written(key)))).toEqual([]);
  });

  it("name the same values in each sentence", () => {
    const named = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
    for (const key of keys(en)) {
      expect(named(leaf(zh, key)), key).toEqual(named(leaf(en, key)));
      expect(leaf(zh, key).trim(), key).not.toBe("");
    }
  });
});

/** Return the files of ours that a file needs before it runs, itself included. */
function needed(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  const text = readFileSync(file, "utf-8");
  for (const [, path] of text.matchAll(/^(?:import|export)(?! type)[^;]*?from "(\.[^"]+)"/gm)) {
    const base = join(dirname(file), path ?? "");
    const found = [`${base}.tsx`, `${base}.ts`].find((one) => existsSync(one));
    if (found !== undefined) needed(found, known);
  }
  return known;
}

describe("the words of the first page", () => {
  it("are in both languages, and all that it says", () => {
    const first = keys(firstEn);
    expect(keys(firstZh).sort()).toEqual(first.sort());
    const files = [...needed("src/main.tsx"), "src/shell/UpdatePrompt.tsx"];
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      for (const [, key] of readFileSync(file, "utf-8").matchAll(/\bt\("([a-z_]+\.[a-z_.]+)"/g)) {
        // Some are counted: "chats.unread_one".
        expect(
          first.some((one) => one === key || one.startsWith(`${key}_`)),
          `${key} in ${file}`,
        ).toBe(true);
      }
    }
  });
});
