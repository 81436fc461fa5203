// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, describe, expect, it, vi } from "vitest";
import { decisionWith, measureWith } from "../../model/decision.fixture";
import type { MeasureState } from "../../protocol/conduct";
import { ClientContext } from "../../shell/client";
import { DecisionCard } from "./DecisionCard";

const HOUR = 3_600_000;
const client = {
  getAccessToken: () => "token",
  getSafeUserId: () => "@bob:x.org",
} as unknown as MatrixClient;

function show(state: MeasureState, ends_at: number) {
  vi.stubGlobal("fetch", async () => Response.json({ version: 1, clauses: [] }));
  const measures = [measureWith({ state, ends_at })];
  const decision = decisionWith({ measures, appeal_until: ends_at });
  render(
    <ClientContext value={client}>
      <QueryClientProvider client={new QueryClient()}>
        <DecisionCard decision={decision} />
      </QueryClientProvider>
    </ClientContext>,
  );
}

afterEach(cleanup);

describe("a decision in short", () => {
  it.each([
    ["active", "standing.left"],
    ["stayed", "standing.end_stayed"],
    ["expired", "standing.ended"],
  ] as const)("says how it is with its end when it is %s", (state, words) => {
    show(state, Date.now() + (state === "expired" ? -HOUR : HOUR));
    const said = ["standing.left", "standing.end_stayed", "standing.ended"];
    expect(said.filter((one) => screen.queryByText(one) !== null)).toEqual([words]);
  });
});
