// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { decisionWith, measureWith } from "../../model/decision.fixture";
import vectors from "../../model/vectors.json";
import { ClientContext } from "../../shell/client";
import { startLanguage } from "../../shell/i18n";
import { DecisionPage } from "./DecisionPage";

const { log } = vectors;
const client = {
  getAccessToken: () => "token",
  getSafeUserId: () => log.subject,
} as unknown as MatrixClient;

/** Show the decision of a server that answers what ends like this; whatever else is asked for is not there. */
function show(id: string, answers: Readonly<Record<string, () => Response>>): void {
  vi.stubGlobal("fetch", async (path: string) => {
    const answer = Object.entries(answers).find(([end]) => path.endsWith(end))?.[1];
    return answer?.() ?? Response.json({ errcode: "M_NOT_FOUND" }, { status: 404 });
  });
  render(
    <ClientContext value={client}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <DecisionPage params={{ decisionId: id }} onLeave={() => undefined} />
      </QueryClientProvider>
    </ClientContext>,
  );
}

// The first page of a file is slow to come on a busy machine.
configure({ asyncUtilTimeout: 4_000 });
beforeAll(startLanguage);
beforeEach(() => localStorage.clear());
afterEach(cleanup);

it.each(["zh_CN", "中文", "de", ""])("shows reasons and appeal when their language is %o", async (lang) => {
  const told = {
    log_entry: "",
    log_index: 0,
    lang,
    facts: "You wrote.",
    explanation: "It hurts.",
    salts: {},
    besides: [],
  };
  const decision = decisionWith({ measures: [], appeal_until: Date.now() + 3_600_000 });
  show(decision.id, { "/statement": () => Response.json({ ...decision, ...told }) });
  await screen.findByText("It hurts.");
  expect(screen.queryByText("standing.written_in") === null).toBe(lang === "");
  expect(screen.getByRole("heading", { name: "standing.appeal" })).toBeTruthy();
});

const { entry, proof, rules, shown } = log.open;
const toProve = {
  "/statement": () =>
    Response.json({ ...shown, ...log.statement, log_entry: entry, salts: log.salts, besides: [] }),
  "/proof": () => new Response(proof),
  "/vkey": () => new Response(log.vkey),
};

it("shows no other words of a rule than those that it checks", async () => {
  const altered = JSON.parse(JSON.stringify(rules).replace("Leave others alone.", "Obey."));
  const served = vi.fn(() => Response.json(served.mock.calls.length === 1 ? rules : altered));
  show(shown.id, { ...toProve, "/rules/1": served });
  await screen.findByText("proof.proved");
  expect(screen.getByText("proof.wording")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "proof.again" }));
  await screen.findByText("proof.grown");
  expect(screen.getByText("Leave others alone.")).toBeTruthy();
  expect(served).toHaveBeenCalledOnce();
});

it("tells what else is in force, and leads to it", async () => {
  const told = {
    log_entry: "",
    log_index: 0,
    lang: "en",
    facts: "You wrote.",
    explanation: "It hurts.",
    salts: {},
  };
  const decision = decisionWith({ measures: [], appeal_until: Date.now() + 3_600_000 });
  // Two that end on one day are told apart by what they take.
  const ends_at = Date.now() + 3_600_000;
  const besides = [
    { decision: "d_2", ends_at, measures: [measureWith({ type: "feature", ends_at })] },
    { decision: "d_3", ends_at, measures: [measureWith({ type: "suspension", ends_at })] },
  ];
  show(decision.id, { "/statement": () => Response.json({ ...decision, ...told, besides }) });
  for (const [number, what] of [
    [2, "feature"],
    [3, "suspension"],
  ]) {
    const link = await screen.findByRole("link", { name: `standing.measure_${what}` });
    expect(link.getAttribute("href")).toBe(`/me/standing/d_${number}`);
  }
});

it("says what a sealed entry says, once this browser has opened it", async () => {
  const sealed = { id: log.statement.decision_id, log_entry: log.entry, log_detail: log.detail };
  const told = { ...shown, ...log.statement, ...sealed, salts: log.salts, besides: [] };
  const served = { "/proof": () => new Response(log.proofs[0]), "/rules/1": () => Response.json(rules) };
  show(sealed.id, { ...toProve, ...served, "/statement": () => Response.json(told) });
  await screen.findByText("proof.opened");
  expect(screen.getByText("proof.terms")).toBeTruthy();
  expect(screen.getByText("proof.says_sealed")).toBeTruthy();
  expect(screen.getByText("proof.says_feature")).toBeTruthy();
  expect(screen.getByText("proof.says_hide")).toBeTruthy();
  expect(screen.queryByText("proof.sealed")).toBeNull();
});

it("checks and shows the words of a rule once the server has them again", async () => {
  let isBusy = true;
  const served = () => (isBusy ? Response.json({}, { status: 503 }) : Response.json(rules));
  show(shown.id, { ...toProve, "/rules/1": served });
  await screen.findByText("proof.no_wording");
  isBusy = false;
  fireEvent.click(screen.getByRole("button", { name: "proof.again" }));
  await screen.findByText("proof.wording");
  expect(screen.getByText("Leave others alone.")).toBeTruthy();
});
