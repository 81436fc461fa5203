/** What the SDK's API for encryption keeps to itself: its machine, which makes requests, and what sends them.
 *
 *  Two things need it: to go on with keys that were made and not published, and to hand keys in at once. Both are tested with the real SDK,
 *  so that a new one in which this has moved is noticed.
 */
import type { OlmMachine } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { MatrixClient } from "matrix-js-sdk";
import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api";
import type { OutgoingRequestProcessor } from "matrix-js-sdk/lib/rust-crypto/OutgoingRequestProcessor";
import type { RustCrypto } from "matrix-js-sdk/lib/rust-crypto/rust-crypto";

export function cryptoOf(client: MatrixClient): CryptoApi {
  const crypto = client.getCrypto();
  if (crypto === undefined) throw new Error("the client was started without encryption");
  return crypto;
}

export function machineOf(crypto: CryptoApi): OlmMachine {
  return (crypto as RustCrypto)["olmMachine"];
}

/** Return what sends a request of the machine's, and tells it of the answer. */
export function senderOf(crypto: CryptoApi): OutgoingRequestProcessor {
  return (crypto as RustCrypto)["outgoingRequestProcessor"];
}
