import { EventEmitter } from "node:events";
import { ClientEvent, type MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { expect, it, vi } from "vitest";
import { SealedKeys } from "./keys";

const BOB = "@bob:courtyard.test";

/** A key as its device sends it: base64 of its one byte and its index. */
function given(index: number, isSealed: boolean): MatrixEvent {
  const keys = { key: btoa(String.fromCharCode(index % 256)), index };
  const event = new MatrixEvent({
    type: "io.element.call.encryption_keys",
    sender: BOB,
    content: { keys },
  });
  vi.spyOn(event, "isEncrypted").mockReturnValue(isSealed);
  return event;
}

it("takes only keys that came sealed, and the newest however many came before", () => {
  const client = new EventEmitter();
  const sealed = new SealedKeys(client as unknown as MatrixClient);
  const has = (index: number) => sealed.has(BOB, new Uint8Array([index % 256]), index);
  client.emit(ClientEvent.ToDeviceEvent, given(0, false));
  expect(has(0)).toBe(false);
  for (let index = 0; index <= 2_000; index += 1) client.emit(ClientEvent.ToDeviceEvent, given(index, true));
  expect([has(0), has(1), has(2_000)]).toEqual([false, true, true]);
});
