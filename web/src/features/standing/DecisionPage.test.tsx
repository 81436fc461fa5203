// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { decisionWith } from "../../model/decision.fixture";
import { ClientContext } from "../../shell/client";
import { startLanguage } from "../../shell/i18n";
import { DecisionPage } from "./DecisionPage";

const client = {
  getAccessToken: () => "token",
  getSafeUserId: () => "@bob:x.org",
} as unknown as MatrixClient;

function show(lang: string): void {
  const statement = {
    ...decisionWith({ measures: [], appeal_until: Date.now() + 3_600_000 }),
    log_entry: "",
    log_index: 0,
    lang,
    facts: "You wrote.",
    explanation: "It hurts.",
    salts: {},
  };
  vi.stubGlobal("fetch", async (path: string) =>
    path.endsWith("/statement")
      ? Response.json(statement)
      : Response.json({ errcode: "M_NOT_FOUND" }, { status: 404 }),
  );
  render(
    <ClientContext value={client}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <DecisionPage params={{ decisionId: statement.id }} onLeave={() => undefined} />
      </QueryClientProvider>
    </ClientContext>,
  );
}

beforeAll(startLanguage);
afterEach(cleanup);

it.each(["zh_CN", "中文", "de", ""])("shows reasons and appeal when their language is %o", async (lang) => {
  show(lang);
  await screen.findByText("It hurts.");
  expect(screen.queryByText("standing.written_in") === null).toBe(lang === "");
  expect(screen.getByRole("heading", { name: "standing.appeal" })).toBeTruthy();
});
