/** Which devices one writes to, and reads: all of somebody's, or those alone that their owner has confirmed, as the person has chosen.
 *
 *  A server can add a device to anybody; it cannot sign it for them. spec: client-server-api#cross-signing, MSC4153
 */
import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import {
  AllDevicesIsolationMode,
  type CryptoApi,
  CryptoEvent,
  DecryptionFailureCode,
  OnlySignedDevicesIsolationMode,
} from "matrix-js-sdk/lib/crypto-api";
import { PRIVACY, privacyFrom } from "../model/privacy";
import { kept, onKept } from "./accountData";
import { cryptoOf } from "./machine";

/** What cannot be read for the choice alone. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  DecryptionFailureCode.UNSIGNED_SENDER_DEVICE,
  DecryptionFailureCode.UNKNOWN_SENDER_DEVICE,
  DecryptionFailureCode.SENDER_IDENTITY_PREVIOUSLY_VERIFIED,
]);

type Encrypt = CryptoApi["encryptToDeviceMessages"];
type Opener = Parameters<MatrixEvent["attemptDecryption"]>[0];

/** Say whether one has chosen to write to confirmed devices alone. */
export function isConfirmedOnly(client: MatrixClient): boolean {
  return privacyFrom(kept(client, PRIVACY).content).confirmed;
}

/** Be told whenever that is another choice; the function that is returned ends it. */
export function onConfirmedOnly(client: MatrixClient, changed: () => void): () => void {
  let before = isConfirmedOnly(client);
  return onKept(client, PRIVACY, () => {
    const now = isConfirmedOnly(client);
    if (now === before) return;
    before = now;
    changed();
  });
}

/** Begin before the client does: the choice comes with the first answer of the server, or out of this device's memory, before any chat. */
export function isolateByChoice(client: MatrixClient): void {
  const crypto = cryptoOf(client);
  const isOn = () => isConfirmedOnly(client);

  function apply(): void {
    crypto.setDeviceIsolationMode(
      isOn() ? new OnlySignedDevicesIsolationMode() : new AllDevicesIsolationMode(false),
    );
  }
  apply();
  onConfirmedOnly(client, () => {
    apply();
    if (!isOn()) openLeftOut(client);
  });
  const again = () => {
    if (isOn()) openLeftOut(client);
  };
  client.on(CryptoEvent.DevicesUpdated, again);
  // Whose identity has changed is read again once that is accepted.
  client.on(CryptoEvent.UserTrustStatusChanged, again);

  // The keys of a group's call go from device to device, past what the SDK asks of those of a room.
  const encrypt: Encrypt = crypto.encryptToDeviceMessages.bind(crypto);
  crypto.encryptToDeviceMessages = async (type, devices, payload) =>
    encrypt(type, isOn() ? await confirmedAmong(crypto, devices) : devices, payload);
}

/** What the SDK's machine says of what it does not send for the choice, and what that is for. It passes it on in words alone. */
const HELD_BACK = [
  ["your device is not verified", "device"],
  ["cross-signing is not set up", "device"],
  ["that were verified have changed their identity", "identity"],
] as const;

/** Return why something was not sent. `device`: this very device is not confirmed, and has nothing to tell confirmed ones by; `identity`: that
 *  of somebody who would get it has changed since one verified it; null: for nothing that has to do with the choice.
 */
export function heldBackBy(error: unknown): "device" | "identity" | null {
  const said = error instanceof Error ? error.message : "";
  return HELD_BACK.find(([words]) => said.includes(words))?.[1] ?? null;
}

async function confirmedAmong(
  crypto: CryptoApi,
  devices: Parameters<Encrypt>[1],
): Promise<Parameters<Encrypt>[1]> {
  const found = await Promise.all(
    devices.map(({ userId, deviceId }) => isConfirmed(crypto, userId, deviceId)),
  );
  return devices.filter((_, index) => found[index]);
}

/** Say whether the owner of a device has signed it. */
export async function isConfirmed(crypto: CryptoApi, userId: string, deviceId: string): Promise<boolean> {
  const status = await crypto.getDeviceVerificationStatus(userId, deviceId);
  return status?.signedByOwner === true;
}

/** Try anew to open what was left out, where it may be read by now. */
function openLeftOut(client: MatrixClient): void {
  // What the SDK calls a backend and gives as an API is one object.
  const opener = cryptoOf(client) as unknown as Opener;
  for (const event of client.getRooms().flatMap(eventsIn)) {
    if (event.isDecryptionFailure() && LEFT_OUT.has(event.decryptionFailureReason ?? ""))
      void event.attemptDecryption(opener, { isRetry: true });
  }
}

/** What is there of a room. The answers in a thread are not in its own timeline. */
function eventsIn(room: Room): MatrixEvent[] {
  const sets = [room.getUnfilteredTimelineSet(), ...room.getThreads().map(({ timelineSet }) => timelineSet)];
  return sets.flatMap((set) => set.getTimelines()).flatMap((timeline) => timeline.getEvents());
}
