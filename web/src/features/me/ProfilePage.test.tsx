// @vitest-environment jsdom
import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { startLanguage } from "../../shell/i18n";
import { ProfilePage } from "./ProfilePage";
import { squarePicture } from "./squarePicture";

vi.mock("./squarePicture", () => ({ squarePicture: vi.fn(async () => new Blob()) }));
vi.mock("../standing/Restricted", () => ({ Restricted: () => null }));
vi.mock("./useOwnProfile", () => ({
  useOwnProfile: () => ({
    ...{ id: "@ann:here.org", name: "Ann", address: "mxc://here.org/a", picture: null },
    ...{ isLoading: false, reload: async () => undefined },
  }),
}));

// A busy machine is slow.
configure({ asyncUtilTimeout: 4_000 });
let answer: PromiseWithResolvers<unknown>;

beforeEach(async () => {
  await startLanguage();
  answer = Promise.withResolvers();
  const waits = () => answer.promise;
  const client = { uploadContent: waits, setAvatarUrl: waits, setDisplayName: waits };
  render(
    <ClientContext value={client as unknown as MatrixClient}>
      <ProfilePage params={{}} onLeave={() => undefined} />
    </ClientContext>,
  );
});
afterEach(cleanup);

const button = (name: string) => screen.getByRole("button", { name: new RegExp(name) });
const press = (name: string) => act(async () => fireEvent.click(button(name)));

async function choosePicture(): Promise<void> {
  const field = document.querySelector("input[type=file]") as Element;
  await act(async () => fireEvent.change(field, { target: { files: [new File([""], "a.png")] } }));
}

it.each([
  ["chosen", "me.choose_picture", choosePicture],
  ["removed", "me.remove_picture", () => press("me.remove_picture")],
])("shows at the picture that it is being %s, and that it is saved", async (_, words, change) => {
  await change();
  const bar = await screen.findByRole("progressbar");
  expect(button(words).contains(bar)).toBe(true);
  expect(button(words).hasAttribute("disabled")).toBe(false);
  expect(button("me.save").textContent).toBe("me.save");
  await act(async () => answer.resolve({ content_uri: "mxc://here.org/b" }));
  const saved = await screen.findByText("me.saved");
  expect(saved.closest(".big-picture")).not.toBeNull();
});

it("says at the picture that it is none", async () => {
  vi.mocked(squarePicture).mockRejectedValueOnce(new Error("no picture"));
  await choosePicture();
  expect((await screen.findByText("me.not_a_picture")).closest(".big-picture")).not.toBeNull();
});

it("shows at the name that it is being saved", async () => {
  await press("me.save");
  expect(button("me.saving").hasAttribute("disabled")).toBe(false);
  expect(button("me.remove_picture").hasAttribute("disabled")).toBe(true);
  await act(async () => answer.resolve({}));
  expect((await screen.findByText("me.saved")).closest("form")).not.toBeNull();
});
