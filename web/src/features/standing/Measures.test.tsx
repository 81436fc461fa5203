// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decisionWith, measureWith } from "../../model/decision.fixture";
import type { Measure } from "../../protocol/conduct";
import { ClientContext } from "../../shell/client";
import { allWords, speak, startLanguage } from "../../shell/i18n";
import { longTime } from "../../shell/moments";
import { Lasting, Measures } from "./Measures";

const HOUR = 3_600_000;
const NOW = Date.now();
/** Bob is in one room still. */
const client = {
  getRoom: (id: string) => (id === "!here:x.org" ? { getMyMembership: () => "join" } : null),
} as unknown as MatrixClient;
const until = (at: number) => longTime(at, "en");

function show(...parts: Partial<Measure>[]): (string | null)[] {
  const decision = decisionWith({ measures: parts.map(measureWith), appeal_until: NOW });
  render(
    <ClientContext value={client}>
      <Measures measures={decision.measures} />
      <Lasting decision={decision} />
    </ClientContext>,
  );
  return screen.getAllByRole("listitem").map((one) => one.textContent?.trim() ?? null);
}

beforeEach(async () => {
  localStorage.clear();
  await startLanguage();
  await allWords("en");
});
afterEach(cleanup);

describe("what a decision takes", () => {
  const day = { ends_at: NOW + 24 * HOUR };
  const warning = { type: "warning", capabilities: [], ends_at: NOW + 90 * 24 * HOUR } as const;

  it("is told with the end of each part, and no end is told for another's", () => {
    expect(show(day, warning)).toEqual([
      `You cannot like moments until ${until(day.ends_at)}.`,
      `You are warned. It is remembered until ${until(warning.ends_at)}.`,
    ]);
    expect(screen.queryByText(/left$/)).toBeNull();
    expect(screen.getByText(`The last of it ends on ${until(warning.ends_at)}`)).toBeDefined();
  });

  it("is told with the time that is left where that is the same for all", () => {
    show(day);
    expect(screen.getByText(/left$/).textContent).toBe("23 hours left");
  });

  it("is no longer told as if it were taken when it is over, while another part runs", () => {
    const over = { ends_at: NOW - HOUR, state: "expired", remaining: {} } as const;
    expect(show(over, warning)).toEqual([
      `You could not like moments. That has been over since ${until(over.ends_at)}.`,
      `You are warned. It is remembered until ${until(warning.ends_at)}.`,
    ]);
  });

  it.each([
    ["stayed", "That is paused now. It can go on until"],
    ["lapsed", "Nobody heard you in time, so that has been over since"],
    ["lifted", "That was lifted, and has been over since"],
    ["overturned", "You were right: that was cancelled, and has been over since"],
    ["annulled", "That was cancelled, and has been over since"],
  ] as const)("says so when it is %s", (state, words) => {
    const [line] = show({ type: "suspension", state });
    expect(line).toContain(`Your account was suspended. ${words}`);
  });

  it("does not name what a ruling gave back", () => {
    const capabilities = ["chat.group.send", "feed.like"];
    const remaining = { "feed.like": day.ends_at };
    expect(show({ capabilities, remaining, ...day })).toEqual([
      `You cannot like moments until ${until(day.ends_at)}.`,
    ]);
  });

  it("is no suspension any more when a part of one was given back", () => {
    const capabilities = ["chat.group.send", "feed.like", "feed.post"];
    const remaining = { "feed.like": NOW + HOUR, "feed.post": day.ends_at };
    expect(show({ type: "suspension", capabilities, remaining, ...day })).toEqual([
      `You cannot like moments until ${until(NOW + HOUR)}.`,
      `You cannot post moments until ${until(day.ends_at)}.`,
    ]);
  });

  it("leads to each message that it is about, where one is still there", () => {
    const hidden = { type: "content", step: "hide", capabilities: [], ...day } as const;
    const room = "!here:x.org";
    show(
      { ...hidden, item: "$one", room },
      { ...hidden, item: "$two", room, thread: "$begun" },
      { ...hidden, item: "$gone" },
      { ...hidden, item: "$elsewhere", room: "!left:x.org" },
      { ...hidden, item: "mxc://x.org/file" },
    );
    expect(screen.getAllByRole("link").map((one) => one.getAttribute("href"))).toEqual([
      "/chats/!here%3Ax.org/at/%24one",
      "/chats/!here%3Ax.org/thread/%24begun/at/%24two",
    ]);
  });

  it("is told in Chinese too", async () => {
    await allWords("zh-CN");
    await speak("zh-CN");
    const time = longTime(day.ends_at, "zh-CN");
    expect(show(day, { type: "interim", state: "lapsed", ...day })).toEqual([
      `${time} 之前，你不能给动态点赞。`,
      `你曾暂时不能给动态点赞。 没有人按时审理，已于 ${time} 失效。`,
    ]);
  });
});
