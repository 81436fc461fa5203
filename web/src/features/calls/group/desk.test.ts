// @vitest-environment jsdom
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { GroupDesk } from "./desk";
import { groupNow, putGroup } from "./groupNow";

const open = vi.hoisted(() =>
  vi.fn(() => Promise.reject(Object.assign(new Error("no microphone"), { name: "NotFoundError" }))),
);
/** A browser that cannot seal what is sent, and has no microphone. */
vi.mock("./line", () => ({ canSeal: () => false, GroupLine: class {} }));
vi.mock("../media", async (real) => ({
  ...(await real<object>()),
  open,
}));

afterEach(() => {
  putGroup(null);
  open.mockClear();
});

async function endingWhere(remembered: Promise<boolean>): Promise<string | null | undefined> {
  const room = { roomId: "!group", hasEncryptionStateEvent: () => false };
  const client = {
    getRoom: () => room,
    getCrypto: () => ({ isEncryptionEnabledInRoom: () => remembered }),
  };
  await new GroupDesk(client as unknown as MatrixClient).join("!group", false);
  return groupNow()?.ending;
}

it("seals the call of a group that this device remembers as encrypted, whatever the server leaves out", async () => {
  expect(await endingWhere(Promise.resolve(true))).toBe("old_browser");
  expect(open).not.toHaveBeenCalled();
  expect(groupNow()?.isSealed).toBe(true);
});

it("does not seal the call of an open group, and says so only once that is certain", async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const ended = endingWhere(promise);
  expect(groupNow()?.isSealed).toBe(true);
  resolve(false);
  expect(await ended).toBe("mic_missing");
  expect(groupNow()?.isSealed).toBe(false);
});

it("does not open the microphone when one has hung up meanwhile", async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const ended = endingWhere(promise);
  putGroup(null);
  resolve(false);
  expect(await ended).toBeUndefined();
  expect(open).not.toHaveBeenCalled();
});
