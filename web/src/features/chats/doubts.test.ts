import { EventEmitter } from "node:events";
import type { MatrixClient } from "matrix-js-sdk";
import {
  EventShieldColour as Colour,
  CryptoEvent,
  type EventEncryptionInfo,
  EventShieldReason as Reason,
} from "matrix-js-sdk/lib/crypto-api";
import { beforeEach, expect, it, vi } from "vitest";
import { Doubts, doubtIn } from "./doubts";

const info = (shieldColour: Colour, shieldReason: Reason | null): EventEncryptionInfo => ({
  shieldColour,
  shieldReason,
});

it.each([
  [info(Colour.NONE, null), "none"],
  [info(Colour.NONE, Reason.UNVERIFIED_IDENTITY), "none"],
  [info(Colour.GREY, Reason.UNVERIFIED_IDENTITY), "none"],
  [info(Colour.RED, Reason.UNSIGNED_DEVICE), "unsigned"],
  [info(Colour.GREY, Reason.UNSIGNED_DEVICE), "unsigned"],
  [info(Colour.RED, Reason.UNKNOWN_DEVICE), "unknown_device"],
  [info(Colour.RED, Reason.VERIFICATION_VIOLATION), "changed"],
  [info(Colour.RED, Reason.MISMATCHED_SENDER), "stranger"],
  [info(Colour.RED, null), "stranger"],
  [info(Colour.GREY, Reason.AUTHENTICITY_NOT_GUARANTEED), "unsure"],
  [null, null],
])("doubts %o: %s", (told, doubt) => expect(doubtIn(told)).toBe(doubt));

/** A client that says of every event what `answers` has for it. */
function clientWith(answers: Record<string, EventEncryptionInfo>) {
  const asked: string[] = [];
  const crypto = {
    getEncryptionInfoForEvent: async (event: { id: string }) => {
      asked.push(event.id);
      return answers[event.id] ?? null;
    },
  };
  const client = Object.assign(new EventEmitter(), {
    getRoom: () => ({ findEventById: (id: string) => ({ id }) }),
    getCrypto: () => crypto,
  });
  return { client: client as unknown as MatrixClient & EventEmitter, asked };
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

it("asks about what is looked at, each message once, and tells only of what is new", async () => {
  const { client, asked } = clientWith({ $b: info(Colour.RED, Reason.UNSIGNED_DEVICE) });
  const doubts = new Doubts(client);
  const told = { a: vi.fn(), b: vi.fn() };
  doubts.watch("!room", "$a", told.a);
  const leave = doubts.watch("!room", "$b", told.b);
  doubts.watch("!room", "$gone", vi.fn())();
  await vi.runAllTimersAsync();
  expect(asked).toEqual(["$a", "$b"]);
  expect([doubts.get("$a"), doubts.get("$b")]).toEqual([null, "unsigned"]);
  expect(told.a).not.toHaveBeenCalled();
  expect(told.b).toHaveBeenCalledOnce();
  leave();
  doubts.watch("!room", "$b", told.b);
  await vi.runAllTimersAsync();
  expect(asked).toEqual(["$a", "$b"]);
});

it("asks anew when somebody's devices are others", async () => {
  const answers: Record<string, EventEncryptionInfo> = { $a: info(Colour.RED, Reason.UNSIGNED_DEVICE) };
  const { client } = clientWith(answers);
  const doubts = new Doubts(client);
  const told = vi.fn();
  doubts.watch("!room", "$a", told);
  await vi.runAllTimersAsync();
  answers["$a"] = info(Colour.NONE, null);
  client.emit(CryptoEvent.DevicesUpdated, ["@bo:here"], false);
  expect(doubts.get("$a")).toBe("unsigned");
  await vi.runAllTimersAsync();
  expect(doubts.get("$a")).toBeNull();
  expect(told).toHaveBeenCalledTimes(2);
});
