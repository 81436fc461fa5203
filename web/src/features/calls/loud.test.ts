// @vitest-environment jsdom
import type { MatrixClient } from "matrix-js-sdk";
import { beforeEach, expect, it } from "vitest";
import { keepNotify } from "../me/keptNotify";
import { isLoud } from "./loud";

const ROOM = "!chat:here";

function hears(rules: { room?: unknown[]; override?: unknown[] } = {}): boolean {
  const client = { getRoom: () => ({ roomId: ROOM }), pushRules: { global: rules } };
  return isLoud(client as unknown as MatrixClient, ROOM);
}

beforeEach(() => localStorage.clear());

it("is heard when nobody has asked for quiet", () => {
  expect(hears()).toBe(true);
  keepNotify({ isOn: true, showsText: true, hasSound: true });
  expect(hears()).toBe(true);
});

it("is not heard in a chat that is muted, nor when everything is", () => {
  const rule = { rule_id: ROOM, actions: [], enabled: true };
  expect(hears({ room: [rule] })).toBe(false);
  expect(hears({ room: [{ ...rule, rule_id: "!another:here" }] })).toBe(true);
  const master = { rule_id: ".m.rule.master", actions: [], enabled: true };
  expect(hears({ override: [master] })).toBe(false);
  expect(hears({ override: [{ ...master, enabled: false }] })).toBe(true);
});

it("is not heard on a device whose notifications make no sound", () => {
  keepNotify({ isOn: true, showsText: true, hasSound: false });
  expect(hears()).toBe(false);
  // What has been turned off altogether says nothing about sounds.
  keepNotify({ isOn: false, showsText: true, hasSound: false });
  expect(hears()).toBe(true);
});
