// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { PARTS_MAX } from "../../../model/formatted";
import { htmlOf } from "../../../model/markdown";
import { SaidWords } from "../bodies/SaidWords";
import { type Talk, TalkContext } from "../talk";
import { FormattedWords } from "./FormattedWords";

afterEach(cleanup);

const calledOf = (userId: string) => userId;
const talk = { me: "@ann:x.org", nameOf: calledOf, calledOf } as Partial<Talk> as Talk;

function show(words: ReactNode): void {
  render(<TalkContext value={talk}>{words}</TalkContext>);
}

function showSaid(body: string, html: string): void {
  show(<SaidWords content={{ body, format: "org.matrix.custom.html", formatted_body: html }} />);
}

async function uncover(): Promise<void> {
  const cover = await screen.findByRole("button", { name: "formatted.covered" });
  expect(document.body.textContent).not.toContain("secret");
  fireEvent.click(cover);
}

describe("what is covered", () => {
  it("is no link before it is pressed", async () => {
    const written = "[||secret||](https://a.example)";
    showSaid(written, htmlOf(written, []) ?? "");
    await uncover();
    const link = screen.getByRole("link");
    expect(link.textContent).toBe("secret (a.example)");
    expect(link.getAttribute("href")).toBe("https://a.example/");
  });

  it.each([
    ["in a line", "<p>type <code><span data-mx-spoiler>secret</span></code></p>"],
    ["in a block", "<pre><code>type <span data-mx-spoiler>secret</span></code></pre>"],
  ])("may be code %s", async (_where, html) => {
    showSaid("type it", html);
    await uncover();
    expect(screen.getByText(/secret/).closest("code")).not.toBeNull();
  });

  it("stays covered where all of it is too much to be drawn", () => {
    const html = `${"<b>x</b>".repeat(PARTS_MAX)}<span data-mx-spoiler>secret</span>`;
    show(<FormattedWords html={html} covered="x ▒▒▒▒" mentions={undefined} />);
    expect(document.body.textContent).toBe("x ▒▒▒▒");
  });
});
