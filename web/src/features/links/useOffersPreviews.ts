import type { MatrixClient } from "matrix-js-sdk";
import { useEffect, useState } from "react";
import { offersPreviews } from "../../protocol/preview";
import { useClient } from "../../shell/client";

/** Asked once for each session. */
const known = new WeakMap<MatrixClient, Promise<boolean>>();

/** Say whether the server looks at pages; no until it has said so. */
export function useOffersPreviews(): boolean {
  const client = useClient();
  const [offers, setOffers] = useState(false);
  useEffect(() => {
    let gone = false;
    const asked = known.get(client) ?? offersPreviews(client);
    known.set(client, asked);
    asked
      .then((does) => {
        if (!gone) setOffers(does);
      })
      .catch(() => known.delete(client));
    return () => {
      gone = true;
    };
  }, [client]);
  return offers;
}
