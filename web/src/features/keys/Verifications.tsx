import "./keys.css";
import { CryptoEvent, type VerificationRequest } from "matrix-js-sdk/lib/crypto-api";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ComingOver } from "../../shell/Coming";
import { useClient } from "../../shell/client";
import { part } from "../../shell/part";
import { cancel } from "./run";

/** Ask one's other devices, or the one of this id, to confirm this session. */
type Verify = (deviceId?: string) => Promise<void>;

const VerifyContext = createContext<Verify | null>(null);

const VerifySheet = part(
  async () => (await import("./VerifySheet")).VerifySheet,
  ({ props: { request, onClose }, ...coming }) => {
    const { t } = useTranslation();
    function close(): void {
      cancel(request);
      onClose();
    }
    return <ComingOver title={t("verify.title")} onClose={close} {...coming} />;
  },
);

export function useVerify(): Verify {
  const verify = useContext(VerifyContext);
  if (verify === null) throw new Error("no verification: this view is shown only behind the login");
  return verify;
}

/** Two devices of one person that confirm each other, wherever in the app that person is. One at a time. */
export function Verifications({ children }: { children: ReactNode }) {
  const client = useClient();
  const [request, setRequest] = useState<VerificationRequest | null>(null);

  useEffect(() => {
    function asked(received: VerificationRequest): void {
      if (received.isSelfVerification) setRequest((before) => (before?.pending ? before : received));
    }
    client.on(CryptoEvent.VerificationRequestReceived, asked);
    // What was asked while this page was loading.
    const [waiting] =
      client.getCrypto()?.getVerificationRequestsToDeviceInProgress(client.getSafeUserId()) ?? [];
    if (waiting?.pending) asked(waiting);
    return () => {
      client.off(CryptoEvent.VerificationRequestReceived, asked);
    };
  }, [client]);

  const verify = useCallback<Verify>(
    async (deviceId) => {
      const crypto = client.getCrypto();
      if (crypto === undefined) throw new Error("the client was started without encryption");
      setRequest(
        await (deviceId === undefined
          ? crypto.requestOwnUserVerification()
          : crypto.requestDeviceVerification(client.getSafeUserId(), deviceId)),
      );
    },
    [client],
  );

  return (
    <VerifyContext value={verify}>
      {children}
      {request !== null && (
        <VerifySheet key={request.transactionId} request={request} onClose={() => setRequest(null)} />
      )}
    </VerifyContext>
  );
}
