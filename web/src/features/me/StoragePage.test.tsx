// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, beforeAll, expect, it } from "vitest";
import { ClientContext } from "../../shell/client";
import { startLanguage } from "../../shell/i18n";
import { StoragePage } from "./StoragePage";

// A busy machine is slow.
configure({ asyncUtilTimeout: 4_000 });
beforeAll(startLanguage);
afterEach(cleanup);

it("says that it looks, and what went wrong, and looks again", async () => {
  let answer = Promise.withResolvers<StorageEstimate>();
  const storage = { estimate: () => answer.promise, persisted: async () => true };
  Object.assign(navigator, { storage });
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <ClientContext value={{} as MatrixClient}>
        <StoragePage params={{}} onLeave={() => undefined} />
      </ClientContext>
    </QueryClientProvider>,
  );
  screen.getByText("Loading…");
  await act(async () => answer.reject(new Error("no disk")));
  expect((await screen.findByRole("alert")).textContent).toContain("Something in the app went wrong.");
  expect(screen.queryByText("Loading…")).toBeNull();
  answer = Promise.withResolvers();
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Try again" })));
  await act(async () => answer.resolve({ usage: 1, quota: 2 }));
  await screen.findByText("storage.safe_yes");
  expect(screen.queryByRole("alert")).toBeNull();
});
