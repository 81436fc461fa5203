import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bundled,
  carried,
  firstLink,
  hostOf,
  PREVIEWS,
  previewFrom,
  previewsOf,
  withPreviews,
} from "./preview";
import { linksOf } from "./text";

const LINK = "https://tea.example/leaves";
const TEA = { matched_url: LINK, "og:title": "Tea", "og:description": "Leaves and water" };

describe("previews that came with a message", () => {
  const titles = (body: string, ...listed: unknown[]) =>
    previewsOf({ body, [PREVIEWS]: listed }).map(({ title }) => title);

  it("are for an address that stands in the text, and for each once", () => {
    expect(titles(`Look: ${LINK}.`, TEA)).toEqual(["Tea"]);
    expect(titles("Look: https://other.example", TEA)).toEqual([]);
    expect(titles(LINK, TEA, { ...TEA, "og:title": "Again" })).toEqual(["Tea"]);
    expect(titles("www.tea.example", { ...TEA, matched_url: "www.tea.example" })).toEqual(["Tea"]);
  });

  it("lead where the text does, whatever the page calls itself", () => {
    const told = { ...TEA, "og:url": "https://evil.example", "og:site_name": "bank.example" };
    const [preview] = previewsOf({ body: LINK, [PREVIEWS]: [told] });
    expect(preview?.href).toBe(LINK);
    expect(hostOf(preview?.href ?? "")).toBe("tea.example");
  });

  it("are no more than three", () => {
    const links = [1, 2, 3, 4].map((one) => `https://a.example/${one}`);
    const all = links.map((matched_url) => ({ ...TEA, matched_url }));
    expect(titles(links.join(" "), ...all)).toHaveLength(3);
  });

  it("say nothing that cannot be seen, and nothing without end", () => {
    const told = { ...TEA, "og:title": `a\u202e\u0007b\n\n${"x".repeat(9000)}` };
    const [preview] = previewsOf({ body: LINK, [PREVIEWS]: [told] });
    expect(preview?.title.startsWith("ab xxx")).toBe(true);
    expect(preview?.title).toHaveLength(200);
  });

  it("may be anything at all", () => {
    const anything = fc.anything({ maxDepth: 3 });
    fc.assert(
      fc.property(anything, anything, (one, other) => {
        const told = {
          matched_url: LINK,
          "og:title": one,
          "og:image": other,
          "beeper:image:encryption": one,
        };
        previewsOf({ body: one, [PREVIEWS]: other });
        previewsOf({ body: LINK, [PREVIEWS]: [one, other, told] });
      }),
    );
  });
});

const HERE = "https://courtyard.example";

describe("addresses in a text", () => {
  it("are those of pages", () => {
    expect(firstLink("mailto:a@b.example javascript:alert(1) ftp://a.example", HERE)).toBeNull();
    expect(firstLink("https://bank.example@evil.example/ and https://tea.example/.", HERE)?.href).toBe(
      "https://tea.example/",
    );
    expect(firstLink(`${HERE}/contacts/join/!abc?via=x.y`, HERE)).toBeNull();
    expect(firstLink("https://tea.example/contacts/join/!abc", HERE)).not.toBeNull();
    expect(linksOf("www.tea.example，https://a.example")).toHaveLength(2);
  });

  it("show the host that they lead to", () => {
    expect(hostOf("https://раураl.example/")).toMatch(/^xn--/);
    expect(hostOf("https://tea.example:8443/x")).toBe("tea.example:8443");
    expect(hostOf("nonsense")).toBe("");
  });
});

describe("previews that go along", () => {
  const preview = previewFrom(TEA, { written: LINK, href: LINK });

  it("come out as they went in", () => {
    const content = withPreviews({ msgtype: "m.text", body: `Look ${LINK}` }, preview ? [preview] : []);
    expect(previewsOf(content)).toEqual([preview]);
    expect(content[PREVIEWS]).toEqual([TEA]);
  });

  it("are an empty list where there are none, so that nobody's client asks", () => {
    expect(withPreviews({ body: LINK }, [])).toEqual({ body: LINK, [PREVIEWS]: [] });
    expect(withPreviews({ body: "no link" }, [])).toEqual({ body: "no link" });
  });

  it("stay with the text while their address does", () => {
    const before = { body: LINK, [PREVIEWS]: [TEA] };
    expect(carried(before, `Read ${LINK} again`)).toEqual([preview]);
    expect(carried(before, "Read nothing")).toEqual([]);
    const edit = withPreviews({ body: `* ${LINK}`, "m.new_content": { body: LINK } }, carried(before, LINK));
    expect(edit["m.new_content"]).toEqual({ body: LINK, [PREVIEWS]: [TEA] });
  });

  it("have a picture, sealed or not", () => {
    const sealed = { url: "mxc://a.example/b" };
    const told = { "beeper:image:encryption": sealed, "og:image:width": 640, "og:image:height": -1 };
    const found = previewFrom(told, { written: LINK, href: LINK });
    expect(found?.picture).toMatchObject({ sealed, width: 640, height: null });
    expect(found && bundled(found)).toEqual({
      matched_url: LINK,
      "beeper:image:encryption": sealed,
      "og:image:width": 640,
    });
    expect(previewFrom({}, { written: LINK, href: LINK })).toBeNull();
  });
});
