/** The key that this device seals with in a group's call.
 *
 *  The Matrix SDK makes it, and keeps to itself which it is and when there is another one. What is asked of it here is tested with the real SDK,
 *  so that a new one in which this has moved is noticed.
 */
import type { MatrixRTCSession } from "matrix-js-sdk/lib/matrixrtc";
import type { RTCEncryptionManager } from "matrix-js-sdk/lib/matrixrtc/RTCEncryptionManager";

/** What makes the keys of a call that one is in. */
function makerOf(session: MatrixRTCSession): RTCEncryptionManager | undefined {
  return session["encryptionManager"] as RTCEncryptionManager | undefined;
}

/** Say whether a key was made here. One that came from elsewhere may say so, too: what is sealed with it others could open. */
export function isOwnKey(session: MatrixRTCSession, key: Uint8Array): boolean {
  return makerOf(session)?.["outboundSession"]?.key === key;
}

/** Make another one, and give it to those who may have it now. */
export function renewOwnKey(session: MatrixRTCSession): void {
  const maker = makerOf(session);
  // It makes another one when somebody has left who was given the last one.
  maker?.["outboundSession"]?.sharedWith.push({ userId: "", deviceId: "", membershipTs: 0 });
  maker?.["ensureKeyDistribution"]();
}
