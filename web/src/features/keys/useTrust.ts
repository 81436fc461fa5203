import type { MatrixClient } from "matrix-js-sdk";
import { CryptoEvent, type UserVerificationStatus } from "matrix-js-sdk/lib/crypto-api";
import { useEffect, useState } from "react";
import { useClient } from "../../shell/client";

/** `changed`: one has confirmed keys of theirs, and they have others now. */
export type Trust = "verified" | "changed" | "none";

export function trustIn(status: UserVerificationStatus): Trust {
  if (status.isVerified()) return "verified";
  return status.wasCrossSigningVerified() ? "changed" : "none";
}

/** Return whether one has compared keys with somebody; null while that is not known. */
export function useTrust(userId: string): Trust | null {
  const client = useClient();
  const [known, setKnown] = useState<{ userId: string; trust: Trust } | null>(null);
  useEffect(
    () => watch(client, userId, (status) => setKnown({ userId, trust: trustIn(status) })),
    [client, userId],
  );
  return known?.userId === userId ? known.trust : null;
}

/** Tell it now, and anew when something about their keys or one's own changes. The newest question alone counts. */
function watch(
  client: MatrixClient,
  userId: string,
  tell: (status: UserVerificationStatus) => void,
): () => void {
  let newest = 0;
  function ask(): void {
    const question = ++newest;
    client
      .getCrypto()
      ?.getUserVerificationStatus(userId)
      .then((status) => {
        if (question === newest) tell(status);
      })
      // The session ends, or the browser does not give out what it keeps: nothing is said of them.
      .catch(() => undefined);
  }
  function hear(changed: string): void {
    if (changed === userId || changed === client.getUserId()) ask();
  }
  ask();
  client.on(CryptoEvent.UserTrustStatusChanged, hear);
  client.on(CryptoEvent.KeysChanged, ask);
  return () => {
    newest = -1;
    client.off(CryptoEvent.UserTrustStatusChanged, hear);
    client.off(CryptoEvent.KeysChanged, ask);
  };
}
