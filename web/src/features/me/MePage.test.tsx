// @vitest-environment jsdom

import { EventEmitter } from "node:events";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { allWords, startLanguage } from "../../shell/i18n";
import { MePage } from "./MePage";

// The other language cannot be fetched.
const coming = Promise.withResolvers<never>();
vi.mock("../../locales/allZh", () => coming.promise);
vi.mock("../keys/useKeys", () => ({ useKeys: () => null }));

beforeEach(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  await startLanguage();
  await allWords("en");
});
// A busy machine is slow.
configure({ asyncUtilTimeout: 4_000 });
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("shows that another language is on its way, and says when it does not come", async () => {
  const client = Object.assign(new EventEmitter(), {
    getSafeUserId: () => "@ann:here.org",
    getUser: () => null,
    getProfileInfo: async () => ({}),
    getRooms: () => [],
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ClientContext value={client as unknown as MatrixClient}>
        <MePage params={{}} onLeave={() => undefined} />
      </ClientContext>
    </QueryClientProvider>,
  );
  await act(async () => fireEvent.click(screen.getByRole("radio", { name: "简体中文" })));
  expect(screen.getByRole("status").textContent).toBe("Loading…");
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  await act(async () => coming.reject(new TypeError("Failed to fetch dynamically imported module")));
  expect((await screen.findByRole("alert")).textContent).toContain("no connection to the server");
  expect(screen.queryByRole("status")).toBeNull();
  expect(screen.getByRole("radio", { name: "English" })).toHaveProperty("checked", true);
});
