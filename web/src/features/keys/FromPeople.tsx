import type { MatrixClient } from "matrix-js-sdk";
import { CryptoEvent, type VerificationRequest } from "matrix-js-sdk/lib/crypto-api";
import { useEffect } from "react";
import { useClient } from "../../shell/client";
import { contactsOf, directRoom } from "../contacts/people";
import { isToBeAsked } from "./inChat";

/** Hears when somebody asks to compare keys, wherever in the app one is. */
export function FromPeople({ onAsked }: { onAsked: (request: VerificationRequest) => void }) {
  const client = useClient();
  useEffect(() => {
    function asked(request: VerificationRequest): void {
      if (isToBeAsked(client, request)) onAsked(request);
    }
    client.on(CryptoEvent.VerificationRequestReceived, asked);
    // What was asked while this was not there yet.
    waiting(client).forEach(asked);
    return () => {
      client.off(CryptoEvent.VerificationRequestReceived, asked);
    };
  }, [client, onAsked]);
  return null;
}

function waiting(client: MatrixClient): VerificationRequest[] {
  return contactsOf(client).flatMap(({ userId }) => {
    const roomId = directRoom(client, userId);
    if (roomId === null) return [];
    return client.getCrypto()?.findVerificationRequestDMInProgress(roomId, userId) ?? [];
  });
}
