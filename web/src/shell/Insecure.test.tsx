// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Insecure } from "./Insecure";

const fetchIt = vi.fn<typeof fetch>();

beforeEach(() => {
  fetchIt.mockReset();
  vi.stubGlobal("fetch", fetchIt);
});
afterEach(cleanup);

function told(baseUrl: unknown): void {
  fetchIt.mockImplementation(async () => Response.json({ "m.homeserver": { base_url: baseUrl } }));
}

it("leads to the address that the server tells", async () => {
  told("https://chat.example");
  render(<Insecure />);
  const link = await screen.findByRole("link");
  expect(link.getAttribute("href")).toBe("https://chat.example/");
  expect(fetchIt.mock.calls.map(([path]) => path)).toEqual(["/.well-known/matrix/client"]);
});

it.each([
  ["speaks no https", () => told("http://192.168.1.5:8008")],
  ["tells no address", () => fetchIt.mockImplementation(async () => Response.json({}))],
  [
    "tells nothing of the kind",
    () => fetchIt.mockImplementation(async () => new Response("<html>", { status: 404 })),
  ],
  ["does not answer", () => fetchIt.mockRejectedValue(new TypeError("Failed to fetch"))],
])("leads nowhere where the server %s", async (_, prepare) => {
  prepare();
  render(<Insecure />);
  await vi.waitFor(() => expect(fetchIt.mock.settledResults[0]?.type).not.toBe("incomplete"));
  await screen.findByText("courtyard serve --tls own");
  expect(screen.queryByRole("link")).toBeNull();
});
