import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentOf, forwarded } from "./compose";
import { placeContent, placeIn } from "./location";
import { askedAt, chosen, EVERYBODY, fitting, namedIn, spokenTo } from "./mentions";
import { covered, excerpt, type Found, look } from "./search";
import { isBigEmoji, type Named, piecesOf } from "./text";

const people = [
  { userId: "@ann:here", name: "Ann" },
  { userId: "@lee:here", name: "Ann Lee" },
  { userId: "@mei:here", name: "梅" },
];

describe("text", () => {
  it("loses nothing when it is taken apart", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const joined = piecesOf(text, people).map((piece) => piece.text);
        expect(joined.join("")).toBe(text);
      }),
    );
  });

  it.each([
    ["see https://a.example/b.", "https://a.example/b"],
    ["(https://a.example/w_(x))", "https://a.example/w_(x)"],
    ["看https://a.example/路，好", "https://a.example/路"],
    ["www.a.example!", "www.a.example"],
    ["write to mailto:ann@a.example.", "mailto:ann@a.example"],
    ["come: matrix:roomid/Kq_x1:here?via=here", "matrix:roomid/Kq_x1:here?via=here"],
    ["I am matrix:u/ann:here.", "matrix:u/ann:here"],
  ])("%s has a link", (text, link) => {
    expect(piecesOf(text, []).find(({ kind }) => kind === "link")?.text).toBe(link);
  });

  it.each(["javascript:alert(1)", "data:text/html,hi", "file:///etc/hosts", "https://", "matrix:u/nobody"])(
    "%s has none",
    (text) => {
      expect(piecesOf(text, []).every(({ kind }) => kind === "text")).toBe(true);
    },
  );

  it.each([
    ["brackets", `https://a.example/${")".repeat(60_000)}`, "https://a.example/"],
    ["opened brackets", `https://a.example/${"(".repeat(30_000)}${")".repeat(30_000)}.`, undefined],
    ["stops", `https://a.example/${".".repeat(60_000)}`, "https://a.example/"],
    ["an address without end", `https://a.example/${"a".repeat(60_000)}`, undefined],
    ["beginnings of mail addresses", "mailto:".repeat(8_500), undefined],
    ["beginnings of pages", "https://".repeat(7_500), undefined],
    ["beginnings of chats", "matrix:u/".repeat(6_600), undefined],
  ])("is taken apart in time when it is nothing but %s", (_what, text, link) => {
    const pieces = piecesOf(text, []);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(pieces.find(({ kind }) => kind === "link")?.text).toBe(link);
  });

  it("shows where a disguised link leads", () => {
    const [piece] = piecesOf("https://bank.example@other.example/", []);
    expect(piece).toMatchObject({ kind: "link", href: "https://bank.example@other.example/" });
    const [cyrillic] = piecesOf("https://раураl.example", []);
    expect(cyrillic?.text).toContain("xn--");
  });

  it("names the person whose name is the longest that fits", () => {
    const pieces = piecesOf("hi @Ann Lee and @梅!", people);
    expect(pieces.filter(({ kind }) => kind === "mention").map(({ text }) => text)).toEqual([
      "@Ann Lee",
      "@梅",
    ]);
  });

  it.each([
    ["🎉", true],
    ["👩‍👩‍👧 👍🏽", true],
    ["🇨🇳", true],
    ["123", false],
    ["🎉!", false],
    ["👍👍👍👍", false],
    ["", false],
  ])("%s alone is large: %s", (text, isLarge) => {
    expect(isBigEmoji(text)).toBe(isLarge);
  });
});

describe("a name after @", () => {
  it.each([
    ["hi @an", 6, "an"],
    ["@", 1, ""],
    ["你好@梅", 4, "梅"],
    ["mail me at ann@here", 19, null],
    ["hi @ann is", 10, null],
  ])("%s", (text, cursor, query) => {
    expect(askedAt(text, cursor)?.query ?? null).toBe(query);
  });

  it("finds those whose names begin with it first, whatever their accents", () => {
    const all = [...people, { userId: "@e:here", name: "Joann" }, { userId: "@o:here", name: "Ánnika" }];
    expect(fitting(all, "ann").map(({ name }) => name)).toEqual(["Ann", "Ann Lee", "Ánnika", "Joann"]);
  });

  it("is put in the place of what was written", () => {
    expect(chosen("hi @an there", 6, { from: 3, query: "an" }, "Ann")).toEqual({
      text: "hi @Ann there",
      cursor: 8,
    });
  });
});

describe("whom a message speaks to", () => {
  it.each([null, 3, "room", [], { user_ids: "@ann:here", room: "yes" }])("is nobody by %j", (mentions) => {
    expect(spokenTo(mentions)).toEqual({ ids: [], room: false });
  });

  it("is known by the names in it", () => {
    const mentions = { user_ids: ["@lee:here", "@mei:here", 3], room: true };
    const all = [...people, { userId: EVERYBODY, name: "room" }];
    expect(namedIn("@Ann Lee, @room: tea", mentions, all)).toEqual([people[1], all[3]]);
  });
});

describe("what is sent", () => {
  it("mentions those who are meant, however alike the names of those chosen before are", () => {
    const [ann, lee] = [
      { userId: "@ann:here", name: "Ann" },
      { userId: "@lee:here", name: "Ann Lee" },
    ];
    const told = (text: string, mentioned: Named[]) =>
      (contentOf({ text, mentioned })["m.mentions"] as { user_ids?: string[] }).user_ids;
    expect(told("hi @Ann Lee", [ann, lee])).toEqual(["@lee:here"]);
    expect(told("hi @Ann Lee and @Ann", [lee, ann])).toEqual(["@lee:here", "@ann:here"]);
    const two = ["@wei1:here", "@wei2:here"].map((userId) => ({ userId, name: "王伟" }));
    expect(told("@王伟 好", two)).toEqual(["@wei2:here"]);
    expect(told("@王伟 @王伟 好", two)).toEqual(["@wei1:here", "@wei2:here"]);
  });

  it("mentions nobody but those whose names still stand there", () => {
    const said = contentOf({ text: "hi @Ann", mentioned: people });
    expect(said["m.mentions"]).toEqual({ user_ids: ["@ann:here"] });
    expect(contentOf({ text: "hi", mentioned: people })).toEqual({
      msgtype: "m.text",
      body: "hi",
      "m.mentions": {},
    });
  });

  it("names people as they are called, whatever signs they are called by", () => {
    for (const name of ["Ke$$ha", "$&", "$`", "$1", "$'"]) {
      const said = contentOf({ text: `hi @${name}!`, mentioned: [{ userId: "@kesha:here", name }] });
      const shown = name.replaceAll("&", () => "&amp;");
      const link = `<a href="https://matrix.to/#/%40kesha%3Ahere">${shown}</a>`;
      expect(said["formatted_body"]).toBe(`hi ${link}!`);
    }
    const name = "$`".repeat(50);
    const said = contentOf({
      text: `${"a".repeat(1_000)}@${name}`,
      mentioned: [{ userId: "@kesha:here", name }],
    });
    expect(String(said["formatted_body"]).length).toBeLessThan(1_300);
  });

  it("tells of another wording only those who were not told of the one before", () => {
    const told = { user_ids: ["@ann:here"] };
    const edit = contentOf({ text: "hi @Ann and @梅", mentioned: people, edits: "$x", told });
    expect(edit["m.mentions"]).toEqual({ user_ids: ["@mei:here"] });
    expect(edit["m.new_content"]).toMatchObject({
      "m.mentions": { user_ids: ["@ann:here", "@mei:here"] },
    });
    const again = contentOf({ text: "hello @Ann", mentioned: people, edits: "$x", told });
    expect(again["m.mentions"]).toEqual({});
    expect(again["m.new_content"]).toMatchObject({ "m.mentions": told });
  });

  it("speaks to whom it answers without naming them", () => {
    const said = contentOf({ text: "yes @梅", mentioned: people, unnamed: ["@bob:here"], replyTo: "$x" });
    expect(said["m.mentions"]).toEqual({ user_ids: ["@mei:here", "@bob:here"] });
    expect(said["formatted_body"]).not.toContain("bob");
  });

  it("speaks to everybody at once, who is no person to be linked to", () => {
    const all = [...people, { userId: EVERYBODY, name: "所有人" }];
    expect(contentOf({ text: "@所有人 tea!", mentioned: all })).toEqual({
      msgtype: "m.text",
      body: "@所有人 tea!",
      "m.mentions": { room: true },
    });
    const edit = contentOf({ text: "@所有人 soup!", mentioned: all, edits: "$x", told: { room: true } });
    expect(edit["m.mentions"]).toEqual({});
    expect(edit["m.new_content"]).toMatchObject({ "m.mentions": { room: true } });
  });

  it("has no tags but its own", () => {
    const said = contentOf({ text: '<b>"@梅"', mentioned: people });
    expect(said["formatted_body"]).toBe(
      '&lt;b&gt;&quot;<a href="https://matrix.to/#/%40mei%3Ahere">梅</a>&quot;',
    );
  });

  it("says what it answers, also in a thread", () => {
    expect(contentOf({ text: "a", mentioned: [], replyTo: "$x" })["m.relates_to"]).toEqual({
      "m.in_reply_to": { event_id: "$x" },
    });
    const thread = { root: "$r", last: "$l" };
    expect(contentOf({ text: "a", mentioned: [], thread })["m.relates_to"]).toMatchObject({
      ...{ rel_type: "m.thread", event_id: "$r", is_falling_back: true, "m.in_reply_to": { event_id: "$l" } },
    });
    expect(contentOf({ text: "a", mentioned: [], thread, replyTo: "$x" })["m.relates_to"]).toMatchObject({
      ...{ is_falling_back: false, "m.in_reply_to": { event_id: "$x" } },
    });
  });

  it("is forwarded without its ties", () => {
    const content = {
      msgtype: "m.text",
      body: "a",
      "m.relates_to": { event_id: "$x" },
      "m.mentions": { room: true },
    };
    expect(forwarded(content)).toEqual({ msgtype: "m.text", body: "a", "m.mentions": {} });
  });

  it("is forwarded without what it answered, wherever that stands", () => {
    const reply = { "m.relates_to": { "m.in_reply_to": { event_id: "$x" } } };
    const body = "> <@bo:here> a secret\n> of two lines\n\nYes";
    const html = { formatted_body: "<mx-reply>a secret</mx-reply>Yes" };
    const sent = forwarded({ msgtype: "m.text", body, ...html, ...reply });
    expect(sent).toEqual({ msgtype: "m.text", body: "Yes", formatted_body: "Yes", "m.mentions": {} });
    expect("body" in forwarded({ "m.poll": {} })).toBe(false);
  });

  it("says of a place that is forwarded not that one is there", () => {
    const place = { latitude: 52.5, longitude: 13.4, within: 1_000 };
    const content = { ...placeContent(place, "I am here:", 1_000), "m.relates_to": { event_id: "$x" } };
    const sent = forwarded(content);
    expect(placeIn(sent)).toEqual(place);
    expect(sent["org.matrix.msc3488.asset"]).toEqual({ type: "m.pin" });
    expect(sent["body"]).toBe("geo:52.5,13.4;u=1000");
    expect(JSON.stringify(sent)).not.toMatch(/I am here|m\.self|ts"/);
  });

  it.each(["m.emote", "m.notice", "m.text"])("stays %s when it is edited", (msgtype) => {
    const sent = contentOf({ text: "waves", mentioned: [], edits: "$a", of: { msgtype } });
    expect(sent).toMatchObject({ msgtype, "m.new_content": { msgtype, body: "waves" } });
    expect(contentOf({ text: "b", mentioned: [], edits: "$a", of: { msgtype: "m.x" } })["msgtype"]).toBe(
      "m.text",
    );
  });
});

describe("another wording of what was said about a file", () => {
  const file = { msgtype: "m.image", filename: "a.jpg", file: { url: "mxc://here/a" }, info: { w: 4 } };
  const before = {
    ...{ ...file, body: "**Sea** @Ann", format: "org.matrix.custom.html", formatted_body: "<b>Sea</b> Ann" },
    ...{ "m.mentions": { user_ids: ["@ann:here"] }, "m.relates_to": { event_id: "$x" } },
  };

  it("keeps the file, and is formatted by its own signs", () => {
    const html = "<strong>Lake</strong>";
    const edit = contentOf({ text: "**Lake**", mentioned: [], html, edits: "$a", of: before });
    const said = { ...file, body: "**Lake**", formatted_body: html, format: "org.matrix.custom.html" };
    expect(edit["m.new_content"]).toEqual({ ...said, "m.mentions": {} });
    expect(edit).toMatchObject({ ...file, body: "* **Lake**", formatted_body: `* ${html}` });
    expect(edit["m.relates_to"]).toEqual({ rel_type: "m.replace", event_id: "$a" });
  });

  it("loses a form that is no more its own", () => {
    const edit = contentOf({ text: "Lake", mentioned: [], edits: "$a", of: before });
    expect(edit["m.new_content"]).toEqual({ ...file, body: "Lake", "m.mentions": {} });
  });
});

describe("search", () => {
  const said = (id: string, text: string, at: number): Found => ({
    ...{ roomId: "!r", id, threadId: null, sender: "@ann:here", at, text },
  });
  const all = [
    said("$1", "The tea is ready", 1),
    said("$2", "灯笼真好看", 2),
    said("$3", "Café at the TEA house", 3),
  ];

  it.each([
    ["tea", ["$3", "$1"]],
    ["house cafe", ["$3"]],
    ["笼真", ["$2"]],
    ["coffee", []],
    ["  ", []],
  ])("%s", (query, ids) => {
    expect(look(all, query).map(({ id }) => id)).toEqual(ids);
  });

  it("says what it covers", () => {
    expect(covered(all)).toEqual({ messages: 3, chats: 1, since: 1 });
  });

  it("shows the words around a hit", () => {
    const { before, hit, after } = excerpt(`${"long ".repeat(20)}tea is ready`, "tea");
    expect(before.startsWith("…")).toBe(true);
    expect([hit, after]).toEqual(["tea", " is ready"]);
  });
});
