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

  const hidden = { type: "content", step: "hide", capabilities: [], ...day } as const;
  const sent_at = NOW - 50 * HOUR;
  const message = { item_type: "event", sent_at } as const;
  const file = { ...hidden, step: "quarantine", item_type: "media" } as const;

  it("leads to all that it is about, where one may still see it", () => {
    const room = "!here:x.org";
    show(
      { ...hidden, ...message, item: "$one", event: "$one", room },
      { ...hidden, ...message, item: "$two", event: "$two", room, thread: "$begun" },
      { ...file, item: "mxc://x.org/file", event: "$three", sent_at, room },
      { ...hidden, item_type: "room", item: room },
      { ...hidden, item_type: "profile", item: "@bob:x.org" },
    );
    expect(screen.getAllByRole("link").map((one) => one.getAttribute("href"))).toEqual([
      "/chats/!here%3Ax.org/at/%24one",
      "/chats/!here%3Ax.org/thread/%24begun/at/%24two",
      "/chats/!here%3Ax.org/at/%24three",
      "/chats/!here%3Ax.org",
      "/me/profile",
    ]);
  });

  it("says what it was about where one cannot look at it any more", () => {
    const room = "!left:x.org";
    const told = show(
      { ...hidden, ...message, item: "$one", event: "$one", room },
      { ...hidden, item_type: "event", item: "$gone" },
      { ...file, item: "mxc://x.org/one", event: "$two", sent_at, room },
      { ...file, item: "mxc://x.org/two" },
      { ...hidden, item_type: "room", item: room },
    );
    expect(screen.queryAllByRole("link")).toEqual([]);
    const end = until(day.ends_at);
    const aside = `A file that you sent is set aside until ${end}, and only you can open it. It is not deleted.`;
    expect(told).toEqual([
      `Something that you posted is hidden until ${end}. It is not deleted. It is a message of ${until(sent_at)}, in a chat that you are no longer in.`,
      `Something that you posted is hidden until ${end}. It is not deleted. That message is not there any more.`,
      `${aside} You sent it on ${until(sent_at)}, in a chat that you are no longer in.`,
      aside,
      `A group that you started is hidden until ${end}: nobody finds it in a list any more, and whoever is in it keeps it. You are no longer in it.`,
    ]);
  });

  describe("of a block", () => {
    const panel = { until: NOW + HOUR, heard_at: null, confirmed: null, unconfirmed_ends_at: day.ends_at };
    const block = { type: "block", ends_at: NOW + 300 * HOUR, panel } as const;

    it("names the time by which three people have to confirm it", () => {
      const [line] = show(block);
      expect(line).toContain(`Your account is blocked until ${until(block.ends_at)}`);
      expect(line).toContain(`Three more people have to confirm this by ${until(panel.until)}.`);
      expect(line).toContain(`it is a suspension and ends on ${until(day.ends_at)}.`);
    });

    it("does not ask for what they have said already", () => {
      const [line] = show({ ...block, panel: { ...panel, heard_at: NOW - HOUR, confirmed: true } });
      expect(line).toContain("Your account is blocked");
      expect(line).not.toContain("have to confirm");
      expect(line).toContain(`decided on ${until(NOW - HOUR)} that it stays.`);
    });

    it("is a suspension where they did not confirm it", () => {
      const [line] = show({ ...block, ...day, panel: { ...panel, heard_at: NOW - HOUR, confirmed: false } });
      expect(line).toContain(`Your account is suspended until ${until(day.ends_at)}`);
      expect(line).toContain(`decided on ${until(NOW - HOUR)} against a block.`);
    });

    it("is a suspension where they did not speak in time, and says nothing of them when it is over", () => {
      const missed = { ...panel, until: NOW - HOUR };
      const [line, over] = show(
        { ...block, ...day, panel: missed },
        { ...block, ends_at: NOW - 1, state: "expired", panel: missed },
      );
      expect(line).toContain("Your account is suspended");
      expect(line).toContain(`had to confirm that by ${until(NOW - HOUR)}, and did not.`);
      expect(over).toBe(`Your account was suspended. That has been over since ${until(NOW - 1)}.`);
    });
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
