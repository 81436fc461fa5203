// @vitest-environment jsdom
import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { AddCourtyard } from "./AddCourtyard";

const coming = Promise.withResolvers<never>();
vi.mock("./buns", () => coming.promise);
vi.mock("./usePacks", () => ({
  PackFull: class extends Error {},
  usePacks: () => ({ own: async () => "mine", addPictures: async () => undefined }),
}));

// A busy machine is slow.
configure({ asyncUtilTimeout: 4_000 });
afterEach(cleanup);

it("waits where it was pressed, keeps the focus, and says when the pictures cannot be fetched", async () => {
  const onAdded = vi.fn();
  render(<AddCourtyard onAdded={onAdded} />);
  const button = screen.getByRole("button", { name: /add_courtyard/ });
  act(() => button.focus());
  await act(async () => fireEvent.click(button));
  await screen.findByRole("progressbar");
  expect(document.activeElement).toBe(button);
  expect(button.hasAttribute("disabled")).toBe(false);
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  await act(async () => coming.reject(new TypeError("Failed to fetch dynamically imported module")));
  expect((await screen.findByRole("alert")).textContent).toBe("errors.offline");
  expect(screen.queryByRole("progressbar")).toBeNull();
  expect(onAdded).not.toHaveBeenCalled();
});
