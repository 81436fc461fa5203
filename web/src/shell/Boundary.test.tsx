// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { Boundary } from "./Boundary";
import { startLanguage } from "./i18n";

beforeAll(startLanguage);
beforeEach(() => {
  // A developer is told; here that would be a fault of the test.
  vi.stubGlobal("reportError", () => undefined);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function Broken({ error }: { error: Error }): never {
  throw error;
}

it.each([
  ["a fault of the client", new TypeError("x is undefined"), "Something in the app went wrong."],
  ["a part that did not come", new TypeError("error loading dynamically imported module"), "no connection"],
])("does not blame the server for %s", (_, error, words) => {
  render(
    <Boundary isPage>
      <Broken error={error} />
    </Boundary>,
  );
  expect(screen.getByRole("alert").textContent).toContain(words);
});
