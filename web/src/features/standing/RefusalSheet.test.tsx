// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, describe, expect, it, vi } from "vitest";
import { decisionWith, measureWith } from "../../model/decision.fixture";
import type { Decision } from "../../protocol/conduct";
import { ClientContext } from "../../shell/client";
import { shownRefusal, showRefusal } from "../../shell/refusals";
import { RefusalSheet } from "./RefusalSheet";

const ENDS = Date.now() + 3_600_000;
const client = {
  getAccessToken: () => "token",
  getSafeUserId: () => "@bob:x.org",
} as unknown as MatrixClient;

function decided(id: string, ...capabilities: string[]): Decision {
  const measures = [measureWith({ capabilities, ends_at: ENDS })];
  return { ...decisionWith({ measures, appeal_until: ENDS }), id };
}

/** The sheet about `feed.like`, refused by the first of some decisions; null: what restricts the account cannot be asked. */
function open(decisions: readonly Decision[] | null): void {
  const restricted = decisions?.flatMap(({ measures }) => measures.flatMap((one) => one.capabilities));
  vi.stubGlobal("fetch", async (path: string) => {
    if (path.endsWith("/standing") && restricted === undefined) return new Response("{}", { status: 500 });
    if (path.endsWith("/standing")) return Response.json({ restricted, decisions });
    if (path.endsWith("/decisions")) return Response.json({ decisions });
    if (path.endsWith("/statement"))
      return Response.json({ ...decided("d_1", "feed.like"), facts: "It was." });
    return Response.json({ version: 1, clauses: [] });
  });
  showRefusal({ capability: "feed.like", decision: "d_1", rule: "R3.1", endsAt: ENDS, appealUntil: ENDS });
  render(
    <ClientContext value={client}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <RefusalSheet />
      </QueryClientProvider>
    </ClientContext>,
  );
}

const SAID = ["refusal.only", "refusal.more", "refusal.others"];

describe("a refusal", () => {
  afterEach(() => {
    cleanup();
    showRefusal(null);
  });

  it.each([
    ["alone when nothing else is restricted", [decided("d_1", "feed.like")], "refusal.only"],
    ["one of several of its decision", [decided("d_1", "feed.like", "feed.post")], "refusal.more"],
    [
      "beside another decision's",
      [decided("d_1", "feed.like"), decided("d_2", "feed.post")],
      "refusal.others",
    ],
  ] as const)("is called %s", async (_name, decisions, words) => {
    open(decisions);
    await screen.findByText(words);
    expect(SAID.filter((one) => screen.queryByText(one) !== null)).toEqual([words]);
    expect(screen.queryAllByRole("link").length).toBe(words === "refusal.others" ? 1 : 0);
  });

  it("leads to all the others, and closes", async () => {
    open([decided("d_1", "feed.like"), decided("d_2", "feed.post")]);
    fireEvent.click(await screen.findByRole("link", { name: "refusal.all" }));
    await waitFor(() => expect(shownRefusal()).toBeNull());
    expect(location.pathname).toBe("/me/standing");
  });

  it("is not called the only one while that is not known", async () => {
    open(null);
    await screen.findByText("It was.");
    expect(SAID.filter((one) => screen.queryByText(one) !== null)).toEqual([]);
  });
});
