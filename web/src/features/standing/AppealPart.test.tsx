// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decisionWith, measureWith } from "../../model/decision.fixture";
import type { Appeal, Decision } from "../../protocol/conduct";
import { keepSession } from "../../protocol/login";
import { ClientContext } from "../../shell/client";
import { AppealPart } from "./AppealPart";

const NOW = Date.now();
const HOUR = 3_600_000;
const client = {
  getAccessToken: () => "token",
  getSafeUserId: () => "@bob:x.org",
} as unknown as MatrixClient;
const measure = measureWith({ starts_at: NOW, ends_at: NOW + HOUR });
const decision = decisionWith({
  conduct_at: NOW,
  issued_at: NOW,
  measures: [measure],
  appeal_until: NOW + HOUR,
});
const appeal: Appeal = {
  id: "a_1",
  text: "It was not me.",
  submitted_at: NOW,
  due_at: NOW + HOUR,
  outcome: null,
  reasons: "",
  decided_at: null,
};

/** The page with its decision, to which `serve` may add what it answers. */
function Page({ serve }: { serve: (add: (appeal: Appeal) => void) => Response }) {
  const [appeals, setAppeals] = useState<readonly Appeal[]>([]);
  const [queries] = useState(() => new QueryClient());
  vi.stubGlobal("fetch", async () => serve((one) => setAppeals([one])));
  return (
    <ClientContext value={client}>
      <QueryClientProvider client={queries}>
        <AppealPart decision={{ ...decision, appeals }} />
      </QueryClientProvider>
    </ClientContext>
  );
}

function open(serve: (add: (appeal: Appeal) => void) => Response = () => new Response("{}")) {
  render(<Page serve={serve} />);
  return screen.getByRole<HTMLTextAreaElement>("textbox");
}

describe("an appeal", () => {
  beforeEach(() => {
    localStorage.clear();
    Element.prototype.scrollIntoView = () => {};
  });
  afterEach(cleanup);

  it("that was begun is there after a reload, and goes with the session", () => {
    fireEvent.change(open(), { target: { value: "It was" } });
    cleanup();
    expect(open().value).toBe("It was");
    cleanup();
    vi.stubGlobal("indexedDB", { deleteDatabase: () => undefined });
    keepSession(null);
    expect(open().value).toBe("");
  });

  it("that was sent takes the focus, is announced, and leaves no draft", async () => {
    const box = open((add) => {
      add(appeal);
      return Response.json(appeal);
    });
    fireEvent.change(box, { target: { value: appeal.text } });
    fireEvent.submit(box);
    await waitFor(() => expect(document.activeElement?.textContent).toBe("standing.appeal_yours"));
    expect(screen.getByRole("status").textContent).toBe("standing.appeal_sent");
    expect(screen.queryByRole("textbox")).toBeNull();
    expect(localStorage.length).toBe(0);
  });

  it("that was not taken stays, and says what can be done", async () => {
    const box = open(() => Response.json({ errcode: "M_UNKNOWN", error: "" }, { status: 409 }));
    fireEvent.change(box, { target: { value: appeal.text } });
    fireEvent.submit(box);
    await waitFor(() => expect(screen.getByRole("alert").textContent).toBe("standing.failed_changed"));
    expect(screen.getByRole<HTMLTextAreaElement>("textbox").value).toBe(appeal.text);
  });

  it.each([
    ["in time", { due_at: NOW + HOUR / 2 }, {}, "appeal_due standing.overdue_pauses"],
    [
      "in time, about a block",
      { due_at: NOW + HOUR / 2 },
      { type: "block" },
      "appeal_due standing.overdue_shrinks",
    ],
    ["late, and paused by that", { due_at: NOW - 1 }, { state: "stayed" }, "late standing.late_stayed"],
    ["late, and over by that", { due_at: NOW - 1 }, { state: "lapsed" }, "late standing.late_over"],
  ] as const)("that waits for an answer is told as %s", (_name, when, how, words) => {
    const waiting: Decision = {
      ...decision,
      measures: [{ ...measure, ...how }],
      appeals: [{ ...appeal, ...when }],
    };
    render(
      <ClientContext value={client}>
        <QueryClientProvider client={new QueryClient()}>
          <AppealPart decision={waiting} />
        </QueryClientProvider>
      </ClientContext>,
    );
    const said = screen.getByText("standing.appeal_waits").parentElement?.textContent;
    expect(said).toBe(`standing.appeal_waits standing.${words}`);
  });
});
