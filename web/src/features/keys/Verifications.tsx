import "./keys.css";
import { type CryptoApi, CryptoEvent, type VerificationRequest } from "matrix-js-sdk/lib/crypto-api";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ComingOver } from "../../shell/Coming";
import { useClient } from "../../shell/client";
import { latePart, part } from "../../shell/part";
import { cancel } from "./run";

/** Ask somebody, and show how it goes on. */
type Ask = (how: (crypto: CryptoApi) => Promise<VerificationRequest>) => Promise<void>;

const AskContext = createContext<Ask | null>(null);

const VerifySheet = part(
  async () => (await import("./VerifySheet")).VerifySheet,
  ({ props: { request, onClose }, ...coming }) => {
    const { t } = useTranslation();
    function close(): void {
      cancel(request);
      onClose();
    }
    const title = request.isSelfVerification ? "verify.title" : "compare.short_title";
    return <ComingOver title={t(title)} onClose={close} {...coming} />;
  },
);

const FromPeople = latePart(async () => (await import("./FromPeople")).FromPeople);

export function useAsk(): Ask {
  const ask = useContext(AskContext);
  if (ask === null) throw new Error("no verification: this view is shown only behind the login");
  return ask;
}

/** Return what asks one's other devices, or the one of an id, to confirm this session. */
export function useVerify(): (deviceId?: string) => Promise<void> {
  const client = useClient();
  const ask = useAsk();
  return (deviceId) =>
    ask((crypto) =>
      deviceId === undefined
        ? crypto.requestOwnUserVerification()
        : crypto.requestDeviceVerification(client.getSafeUserId(), deviceId),
    );
}

/** Two devices of one person that confirm each other, or two people, wherever in the app one is. One at a time. */
export function Verifications({ children }: { children: ReactNode }) {
  const client = useClient();
  const [request, setRequest] = useState<VerificationRequest | null>(null);

  const show = useCallback((received: VerificationRequest) => {
    setRequest((before) => (before?.pending ? before : received));
  }, []);

  useEffect(() => {
    function asked(received: VerificationRequest): void {
      if (received.isSelfVerification) show(received);
    }
    client.on(CryptoEvent.VerificationRequestReceived, asked);
    // What was asked while this page was loading.
    const [waiting] =
      client.getCrypto()?.getVerificationRequestsToDeviceInProgress(client.getSafeUserId()) ?? [];
    if (waiting?.pending) asked(waiting);
    return () => {
      client.off(CryptoEvent.VerificationRequestReceived, asked);
    };
  }, [client, show]);

  const ask = useCallback<Ask>(
    async (how) => {
      const crypto = client.getCrypto();
      if (crypto === undefined) throw new Error("the client was started without encryption");
      setRequest(await how(crypto));
    },
    [client],
  );

  return (
    <AskContext value={ask}>
      {children}
      <FromPeople onAsked={show} />
      {request !== null && (
        <VerifySheet key={request.transactionId} request={request} onClose={() => setRequest(null)} />
      )}
    </AskContext>
  );
}
