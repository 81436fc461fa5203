import { EventEmitter } from "node:events";
import type { MatrixRTCSession } from "matrix-js-sdk/lib/matrixrtc";
import type { CallMembership } from "matrix-js-sdk/lib/matrixrtc/CallMembership";
import { type IKeyTransport, KeyTransportEvents } from "matrix-js-sdk/lib/matrixrtc/IKeyTransport";
import { RTCEncryptionManager } from "matrix-js-sdk/lib/matrixrtc/RTCEncryptionManager";
import { beforeEach, expect, it, vi } from "vitest";
import { isOwnKey, renewOwnKey } from "./ownKey";

const ME = { userId: "@alice:here", deviceId: "PHONE", memberId: "@alice:here:PHONE" };

/** Keys as the SDK hands them on, each with whether it is this device's own. */
let handedOn: { key: Uint8Array; index: number; isOwn: boolean }[];
const sendKey = vi.fn(async () => undefined);
let transport: EventEmitter;
let session: MatrixRTCSession;

beforeEach(() => {
  handedOn = [];
  sendKey.mockClear();
  transport = Object.assign(new EventEmitter(), { start: vi.fn(), stop: vi.fn(), sendKey });
  const members = [ME, { userId: "@bob:here", deviceId: "DESK" }].map((one) => ({
    ...{ ...one, sender: one.userId, rtcBackendIdentity: `${one.userId}:${one.deviceId}` },
    createdTs: () => 1,
  }));
  const manager = new RTCEncryptionManager(
    ME,
    () => members as unknown as CallMembership[],
    transport as unknown as IKeyTransport,
    (key, index) => handedOn.push({ key, index, isOwn: isOwnKey(session, key) }),
  );
  session = { encryptionManager: manager } as unknown as MatrixRTCSession;
  manager.join({ manageMediaKeys: true, useKeyDelay: 0 });
  manager.onMembershipsUpdate();
});

it("makes another key, gives it to everybody, and uses it", async () => {
  await vi.waitFor(() => expect(sendKey).toHaveBeenCalledOnce());
  renewOwnKey(session);
  await vi.waitFor(() => expect(handedOn.map(({ index, isOwn }) => [index, isOwn])).toHaveLength(2));
  expect(handedOn.map(({ index, isOwn }) => [index, isOwn])).toEqual([
    [0, true],
    [1, true],
  ]);
  expect(handedOn[1]?.key).not.toEqual(handedOn[0]?.key);
  expect(sendKey).toHaveBeenLastCalledWith(expect.anything(), 1, [
    expect.objectContaining({ deviceId: "PHONE" }),
    expect.objectContaining({ deviceId: "DESK" }),
  ]);
});

it("takes no key for its own that came from elsewhere, whatever it says of itself", async () => {
  await vi.waitFor(() => expect(handedOn).toHaveLength(1));
  transport.emit(KeyTransportEvents.ReceivedKeys, ME, btoa("somebody else's!"), 1, Date.now());
  expect(handedOn.map(({ isOwn }) => isOwn)).toEqual([true, false]);
});
