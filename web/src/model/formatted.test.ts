import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentOf, mayBeFormatted } from "./compose";
import {
  DEPTH_MAX,
  type Formatted,
  hrefOf,
  leadsTo,
  lineIn,
  PARTS_MAX,
  type Source,
  toTree,
  wordsOf,
} from "./formatted";
import { htmlOf } from "./markdown";

const people = [
  { userId: "@ann:here", name: "Ann" },
  { userId: "@under:here", name: "under_score_" },
];

describe("what is written", () => {
  it.each([
    ["**tea** and *cake*", "<strong>tea</strong> and <em>cake</em>"],
    ["这是**重点。**后面", "这是<strong>重点。</strong>后面"],
    ["run `rm *x*`", "run <code>rm *x*</code>"],
    ["a ||secret **x**|| b", 'a <span data-mx-spoiler="">secret <strong>x</strong></span> b'],
    ["[tea](https://tea.example/)", '<a href="https://tea.example/">tea</a>'],
    ["one\n**two**", "one<br>\n<strong>two</strong>"],
    ["> quoted\nmine", "<blockquote>\n<p>quoted</p>\n</blockquote>\n<p>mine</p>"],
    ["- a\n- b\nend", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>end</p>"],
    ["```js\na > +b\n```", '<pre><code class="language-js">a &gt; +b\n</code></pre>'],
    ["<b>no</b> **yes**", "&lt;b&gt;no&lt;/b&gt; <strong>yes</strong>"],
  ])("%j is formatted", (text, html) => {
    expect(mayBeFormatted(text)).toBe(true);
    expect(htmlOf(text, [])).toBe(html);
  });

  it.each([
    ...[
      "hello",
      "5*3*2 = 30",
      "2 * 3 * 4",
      "¯\\_(ツ)_/¯",
      ">_<",
      "snake_case_name",
      "+ 5 more",
      "||",
      "||||",
    ],
    ...["[x](javascript:alert(1))", "a\n\nb", "# tag", "1.5 l", "好的~~ 哈哈~~", "<b>bold</b>", "a | b || c"],
  ])("%j is plain", (text) => {
    expect(htmlOf(text, [])).toBeNull();
  });

  it("asks about every text that it would format", () => {
    const signs = fc.constantFrom(
      ...["*", "**", "_", "`", "||", "[", "](", ")", ">", "> ", "- ", "1. ", "\n", "a", "字", " "],
    );
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 14 }), (parts) => {
        const text = parts.join("");
        if (htmlOf(text, []) !== null) expect(mayBeFormatted(text)).toBe(true);
      }),
    );
  });

  it("never has a tag that is not its own", () => {
    const text = fc.string({ unit: fc.constantFrom(..."<>\"'&/ab*_`|[]()\n@:-".split("")) });
    const own =
      /<\/?(?:p|br|strong|em|code|pre|ul|ol|li|blockquote|span|a)(?: (?:href|class|start|data-mx-spoiler|title)="[^"<>]*")*>/g;
    fc.assert(
      fc.property(text, (written) => {
        const html = htmlOf(written, people) ?? "";
        expect(html.replace(own, "")).not.toMatch(/[<>]/);
        expect(html).not.toMatch(/href="javascript/i);
      }),
    );
  });

  it("names people whatever signs are in their names, but not in code", () => {
    const anchor = '<a href="https://matrix.to/#/%40under%3Ahere">under_score_</a>';
    expect(htmlOf("**hi** @under_score_", people)).toBe(`<strong>hi</strong> ${anchor}`);
    expect(htmlOf("`@Ann`", people)).toBe("<code>@Ann</code>");
  });

  it("keeps the text beside the HTML, also when it is edited", () => {
    const said = contentOf({ text: "**a**", mentioned: [], html: "<strong>a</strong>", edits: "$e" });
    expect(said["formatted_body"]).toBe("* <strong>a</strong>");
    expect(said["m.new_content"]).toMatchObject({ body: "**a**", formatted_body: "<strong>a</strong>" });
  });
});

interface Made {
  tag: string;
  text?: string;
  attributes?: Record<string, string>;
  children?: Made[];
}

function source(made: Made): Source {
  return {
    tag: made.tag,
    text: made.text ?? "",
    get: (name) => made.attributes?.[name] ?? null,
    children: () => (made.children ?? []).map(source),
  };
}

const text = (words: string): Made => ({ tag: "", text: words });
const hidden = (why: string, ...children: Made[]): Made => ({
  ...{ tag: "span", attributes: { "data-mx-spoiler": why }, children },
});

/** What is read before anything is pressed. */
function openWords(tree: readonly Formatted[]): string {
  const open = tree.map((one) => {
    if (typeof one === "string") return one;
    if (one.covered !== undefined) return "▒";
    // These are drawn as their words, whatever is inside of them.
    return ["a", "pre", "code"].includes(one.tag) ? wordsOf([one]) : openWords(one.children);
  });
  return open.join("");
}

describe("what others format", () => {
  it("is bounded in depth, and keeps its words", () => {
    let made = text("deep");
    for (let count = 0; count < 400; count += 1) made = { tag: "blockquote", children: [made] };
    const tree = toTree([source(made)]) ?? [];
    let depth = 0;
    for (let at = tree; typeof at[0] === "object"; at = at[0].children) depth += 1;
    expect(depth).toBe(DEPTH_MAX);
    expect(wordsOf(tree)).toBe("deep");
  });

  it("is plain text when it is too much, or nothing", () => {
    expect(toTree(Array.from({ length: PARTS_MAX + 1 }, () => source(text("x"))))).toBeNull();
    expect(toTree([source({ tag: "p", children: [{ tag: "br" }] })])).toBeNull();
    expect(toTree([source({ tag: "mx-reply", children: [text("> old")] })])).toBeNull();
  });

  it.each(["a", "pre", "code"])("is covered as a whole where it is partly so: %j", (tag) => {
    const part = {
      ...{ tag, attributes: { href: "https://a.example/" } },
      children: [text("see "), { tag: "em", children: [hidden("the end", text("dies"))] }],
    };
    const [cover] = toTree([source(part)]) ?? [];
    expect(cover).toMatchObject({ tag: "span", covered: "the end", children: [{ tag }] });
    expect(wordsOf(cover === undefined ? [] : [cover])).toBe("see dies");
    // Code in a block, or in a link, is under one cover, not under two.
    const [whole] = toTree([source({ tag: "pre", children: [{ ...part, tag: "code" }] })]) ?? [];
    expect(whole).toMatchObject({ covered: "the end", children: [{ tag: "pre" }] });
  });

  it("stays covered however deep and wherever it is", () => {
    const tags = fc.constantFrom("p", "a", "pre", "code", "em", "li", "unknown", "span");
    fc.assert(
      fc.property(fc.array(tags, { maxLength: DEPTH_MAX + 6 }), fc.nat(DEPTH_MAX + 6), (around, at) => {
        let made = text("dies");
        for (const [index, tag] of [...around, "p"].entries()) {
          if (index === Math.min(at, around.length)) made = hidden("", made);
          made = { tag, attributes: { href: "https://a.example/" }, children: [made] };
        }
        expect(openWords(toTree([source(made)]) ?? [])).toBe("▒");
      }),
    );
  });

  it("has no tag and no address of its own choosing", () => {
    const tags = fc.constantFrom(
      "",
      "p",
      "a",
      "span",
      "script",
      "img",
      "style",
      "ol",
      "strike",
      "svg",
      "toString",
    );
    const names = fc.constantFrom("href", "start", "alt", "data-mx-spoiler", "onclick");
    const made: (depth: number) => fc.Arbitrary<Made> = (depth) =>
      fc.record<Made>({
        tag: tags,
        text: fc.string(),
        attributes: fc.dictionary(names, fc.string()),
        children: depth <= 1 ? fc.constant([]) : fc.array(made(depth - 1), { maxLength: 3 }),
      });
    fc.assert(
      fc.property(made(4), (one) => {
        const shown = JSON.stringify(toTree([source(one)]) ?? []);
        expect(shown).not.toMatch(/"tag":"(script|img|style|svg|toString)"/);
        expect(shown).not.toMatch(/"onclick":/);
      }),
    );
  });

  it.each([
    "javascript:alert(1)",
    "JAVASCRIPT:x",
    " javascript:x",
    "data:text/html,x",
    "/here",
    "vbscript:x",
    "",
  ])("%j leads nowhere", (href) => {
    expect(hrefOf(href)).toBeNull();
  });

  it.each([
    ["our bank", "https://bank.example/a", "bank.example"],
    ["https://bank.example", "https://other.example/", "other.example"],
    ["https://a.example/", "https://a.example/", null],
    ["a.example", "https://a.example/", null],
    ["write me", "mailto:a@b.example", "a@b.example"],
  ])("%s to %s", (words, href, place) => {
    expect(leadsTo(words, href)).toBe(place);
  });

  it("stays covered in one line", () => {
    const content = { format: "org.matrix.custom.html", formatted_body: "<span data-mx-spoiler>x</span>" };
    expect(lineIn({ ...content, body: "he ||dies|| in\nit" })).toBe("he ▒▒▒▒ in it");
    expect(lineIn({ body: "a ||b||" })).toBe("a ||b||");
    // Over the end of a line, too; and where the plain text says it all in the open.
    expect(lineIn({ ...content, body: "||he\ndies||, she" })).toBe("▒▒▒▒, she");
    expect(lineIn({ ...content, body: "he dies" })).toBe("▒▒▒▒");
    expect(lineIn({ ...content, body: "" })).toBe("");
  });
});
