// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { ClientEvent, type MatrixClient } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type KeysState, keysState, startOver, unlock } from "../../protocol/keys";
import { ClientContext } from "../../shell/client";
import { KeysBanner } from "./KeysBanner";
import { RecoveryPage } from "./RecoveryPage";
import { isQuiet, putOff } from "./reminder";

vi.mock("../../protocol/keys", async (actual) => ({
  ...(await actual<typeof import("../../protocol/keys")>()),
  keysState: vi.fn(),
  startOver: vi.fn(),
  unlock: vi.fn(),
}));
vi.mock("./Verifications", () => ({ useVerify: () => async () => undefined }));

const LOCKED: KeysState = {
  hasIdentity: true,
  isVerified: false,
  hasSecrets: false,
  hasRecovery: true,
  hasBackup: true,
};
const client = new EventEmitter() as unknown as MatrixClient;

/** Let the page stand as this says, and as an answer of the server tells. */
async function stands(state: KeysState | Error): Promise<void> {
  if (state instanceof Error) vi.mocked(keysState).mockRejectedValue(state);
  else vi.mocked(keysState).mockResolvedValue(state);
  await act(async () => void client.emit(ClientEvent.Sync, null as never, null as never));
}

async function open(): Promise<void> {
  await act(async () => {
    render(
      <ClientContext value={client}>
        <RecoveryPage params={{}} onLeave={() => undefined} />
      </ClientContext>,
    );
  });
}

async function press(words: string): Promise<void> {
  await act(async () => fireEvent.click(screen.getByText(words)));
}

async function fill(label: string, text: string): Promise<void> {
  await act(async () => fireEvent.change(screen.getByLabelText(label), { target: { value: text } }));
}

/** Return a promise and what ends it. */
function held<T>() {
  let end: (value: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { promise, end, fail };
}

beforeEach(() => {
  localStorage.clear();
  return stands(LOCKED);
});
afterEach(cleanup);

async function typeKey() {
  const opening = held<number>();
  vi.mocked(unlock).mockReturnValue(opening.promise);
  await open();
  await press("keys.with_key");
  await fill("keys.the_key", "a key");
  await press("keys.open");
  // The device is signed before its keys are fetched.
  await stands({ ...LOCKED, isVerified: true });
  screen.getByText("keys.opening");
  return opening;
}

it("stays with what was begun until the keys are there", async () => {
  const opening = await typeKey();
  await stands({ ...LOCKED, isVerified: true, hasSecrets: true });
  screen.getByText("keys.opening");
  await act(async () => opening.end(2));
  screen.getByText("keys.opened");
  screen.getByText("keys.came_back");
});

it("says what went wrong after the device was signed, and takes the key again", async () => {
  const opening = await typeKey();
  await act(async () => opening.fail(new Error("broke off")));
  screen.getByText("errors.ours");
  screen.getByLabelText("keys.the_key");

  cleanup();
  await open();
  screen.getByText("keys.missing_title");
  await press("keys.with_key");
  screen.getByLabelText("keys.the_key");
});

it("says after starting over that old messages stay closed", async () => {
  const starting = held<void>();
  vi.mocked(startOver).mockReturnValue(starting.promise);
  putOff("recovery", Date.now());
  await open();
  await press("keys.with_neither");
  await fill("account.password", "right");
  await press("keys.over");
  await stands({ ...LOCKED, isVerified: true, hasSecrets: true, hasRecovery: false });
  screen.getByText("keys.starting_over");
  await act(async () => starting.end());
  screen.getByText("keys.over_done");
  expect(screen.queryByText("keys.opened_hint")).toBeNull();
  // The new keys have no recovery key yet: nobody has put that off.
  expect(isQuiet("recovery", Date.now())).toBe(false);
});

it("says that the other device still hands the keys over", async () => {
  await open();
  await press("keys.with_device");
  await stands({ ...LOCKED, isVerified: true });
  screen.getByText("keys.on_their_way");
  await stands({ ...LOCKED, isVerified: true, hasSecrets: true });
  screen.getByText("keys.opened_hint");
});

it.each([
  ["locked", LOCKED],
  ["missing", { ...LOCKED, isVerified: true }],
  ["recovery", { ...LOCKED, isVerified: true, hasSecrets: true, hasRecovery: false }],
])("reminds above the chats of what is to be done: %s", async (todo, keys) => {
  await stands(keys);
  await act(async () => {
    render(
      <ClientContext value={client}>
        <KeysBanner />
      </ClientContext>,
    );
  });
  screen.getByText(`keys.banner_${todo}`);
  screen.getByText(`keys.banner_go_${todo}`);
});

it("reminds of a lock though the recovery key was put off, until that is put off too", async () => {
  const open = { ...LOCKED, isVerified: true, hasSecrets: true, hasRecovery: false };
  await stands(open);
  await act(async () => {
    render(
      <ClientContext value={client}>
        <KeysBanner />
      </ClientContext>,
    );
  });
  await press("keys.later");
  expect(screen.queryByRole("complementary")).toBeNull();
  // Somebody started over on another device.
  await stands(LOCKED);
  await act(async () => void client.emit(CryptoEvent.KeysChanged, null as never));
  screen.getByText("keys.banner_locked");
  await press("keys.later");
  expect(screen.queryByRole("complementary")).toBeNull();
});

it("can be left and tried again when it cannot be found out", async () => {
  await stands(new Error("no connection"));
  await open();
  screen.getByRole("button", { name: "account.back" });
  await stands(new Error("no connection"));
  screen.getByText("errors.ours");
  await press("errors.retry");
  await stands(LOCKED);
  screen.getByText("keys.locked_title");
});

it.each(["in", "up"])("lets who signs %s go on before it is found out", async (way) => {
  Object.assign(client, { getAccountData: () => undefined });
  history.replaceState(null, "", `/me/recovery?first=${way}`);
  vi.mocked(keysState).mockReturnValue(new Promise(() => undefined));
  await open();
  screen.getByText("keys.looking");
  await press("keys.not_now");
  expect(location.pathname).toBe("/chats");
});

it("has no way on where nobody is led on", async () => {
  history.replaceState(null, "", "/me/recovery");
  vi.mocked(keysState).mockReturnValue(new Promise(() => undefined));
  await open();
  screen.getByText("keys.looking");
  expect(screen.queryByText("keys.not_now")).toBeNull();
});

const GROUP = "/contacts/join/!abc?via=x.y";
const DONE: KeysState = { ...LOCKED, isVerified: true, hasSecrets: true };

it.each([
  ["in", LOCKED, "keys.not_now", GROUP],
  ["up", { ...DONE, hasRecovery: false }, "keys.not_now", GROUP],
  ["in", LOCKED, "keys.not_now", "//elsewhere.example/chats"],
] as const)("leads on to what was opened before signing %s: %o, %s, %s", async (way, keys, words, then) => {
  Object.assign(client, { getAccountData: () => undefined });
  history.replaceState(null, "", `/me/recovery?first=${way}&then=${encodeURIComponent(then)}`);
  await stands(keys);
  await open();
  const pages = history.length;
  await press(words);
  expect(`${location.pathname}${location.search}`).toBe(then === GROUP ? GROUP : "/chats");
  // And not back here from there.
  expect(history.length).toBe(pages);
});

it("leads on when the keys were opened, or have been already", async () => {
  Object.assign(client, { getAccountData: () => undefined });
  history.replaceState(null, "", `/me/recovery?first=in&then=${encodeURIComponent(GROUP)}`);
  const opening = await typeKey();
  await stands(DONE);
  await act(async () => opening.end(2));
  await press("keys.go_on");
  expect(`${location.pathname}${location.search}`).toBe(GROUP);

  cleanup();
  history.replaceState(null, "", `/me/recovery?first=in&then=${encodeURIComponent(GROUP)}`);
  await open();
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "account.back" })));
  expect(`${location.pathname}${location.search}`).toBe(GROUP);
});
