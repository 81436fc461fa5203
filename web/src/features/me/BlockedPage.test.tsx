// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { ConnectionError, type MatrixClient, MatrixError } from "matrix-js-sdk";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { startLanguage } from "../../shell/i18n";
import { BlockedPage } from "./BlockedPage";

const GONE = "@gone:here.org";

/** Type a name and press the button, where the server says this of the profile. Returns what was written about whom is blocked. */
async function block(name: string, profile: () => Promise<object>) {
  const setAccountData = vi.fn(async (..._: unknown[]) => undefined);
  const client = Object.assign(new EventEmitter(), {
    getDomain: () => "here.org",
    getSafeUserId: () => "@me:here.org",
    getAccountData: () => undefined,
    http: { authedRequest: async () => ({}) },
    getUser: (id: string) => (id === GONE ? {} : null),
    getProfileInfo: profile,
    setAccountData,
  });
  render(
    <ClientContext value={client as unknown as MatrixClient}>
      <BlockedPage params={{}} onLeave={() => undefined} />
    </ClientContext>,
  );
  const field = screen.getByRole<HTMLInputElement>("textbox");
  await act(async () => fireEvent.change(field, { target: { value: name } }));
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "blocked.block" })));
  return { field, written: setAccountData.mock.calls.map(([, content]) => content) };
}

const refused = (errcode: string, status: number) => async (): Promise<object> => {
  throw new MatrixError({ errcode }, status);
};
const notFound = refused("M_NOT_FOUND", 404);

// The first page of a file is slow to come on a busy machine.
configure({ asyncUtilTimeout: 4_000 });
beforeAll(startLanguage);
afterEach(cleanup);

describe("to block somebody by name", () => {
  it.each([
    ["nobody has the name", "lni", notFound],
    ["it is what somebody is called", "Auntie Lin", notFound],
    ["nobody can have the name", "lin: the one from work", refused("M_INVALID_PARAM", 400)],
  ])("blocks nobody and says so when %s", async (_, name, profile) => {
    const { field, written } = await block(name, profile);
    expect((await screen.findByRole("alert")).textContent).toBe("blocked.not_found");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(field.value).toBe(name);
    expect(written).toEqual([]);
  });

  it.each([
    ["there is such a person", "lin", async () => ({}), "@lin:here.org"],
    ["they are on another server, which this one need not know", "eve:far.org", notFound, "@eve:far.org"],
    ["the profile is nobody's business", "lin", refused("M_FORBIDDEN", 403), "@lin:here.org"],
    ["the server is too busy to say", "lin", refused("M_UNKNOWN", 503), "@lin:here.org"],
    [
      "the answer is lost",
      "lin",
      async () => {
        throw new ConnectionError("lost");
      },
      "@lin:here.org",
    ],
    ["they have left, and are still in old chats", "gone", notFound, GONE],
  ])("blocks them when %s", async (_, name, profile, id) => {
    const { field, written } = await block(name, profile);
    expect(written).toEqual([{ ignored_users: { [id]: {} } }]);
    expect(field.value).toBe("");
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
