// @vitest-environment jsdom
import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import type { Pack } from "../../protocol/stickers";
import { ClientContext } from "../../shell/client";
import { PackCard } from "./PackCard";

const adding = Promise.withResolvers<void>();
vi.mock("./usePacks", () => ({
  PackFull: class extends Error {},
  usePacks: () => ({ addPictures: () => adding.promise }),
}));
vi.mock("./smallPicture", () => ({
  NoPicture: class extends Error {},
  picturesIn: async () => ({ pictures: [], leftOut: [] }),
}));

// A busy machine is slow.
configure({ asyncUtilTimeout: 4_000 });
afterEach(cleanup);

it("keeps the focus on what adds pictures while they are added, and shows there that it waits", async () => {
  const pack = { name: "Cats", stickers: [], canChange: true, isOwn: true } as unknown as Pack;
  render(
    <ClientContext value={{} as MatrixClient}>
      <PackCard pack={pack} />
    </ClientContext>,
  );
  const button = screen.getByRole("button", { name: /add_pictures/ });
  act(() => button.focus());
  const field = document.querySelector("input[type=file]");
  const files = [new File([""], "a.png", { type: "image/png" })];
  await act(async () => fireEvent.change(field as Element, { target: { files } }));
  await screen.findByRole("progressbar");
  expect(button.hasAttribute("disabled")).toBe(false);
  expect(document.activeElement).toBe(button);
  await act(async () => adding.resolve());
  expect(screen.queryByRole("progressbar")).toBeNull();
});
