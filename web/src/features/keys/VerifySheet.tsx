import {
  VerificationPhase,
  type VerificationRequest,
  VerificationRequestEvent,
} from "matrix-js-sdk/lib/crypto-api";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useClient } from "../../shell/client";
import { Result } from "../../widgets/Result";
import { Sheet } from "../../widgets/Sheet";
import { Waiting } from "../../widgets/Waiting";
import { ChooseWay } from "./ChooseWay";
import { CompareEmoji } from "./CompareEmoji";
import { ConfirmScan } from "./ConfirmScan";
import { cancel } from "./run";

interface VerifySheetProps {
  request: VerificationRequest;
  onClose: () => void;
}

function usePhase(request: VerificationRequest): VerificationPhase {
  return useSyncExternalStore(
    (tell) => {
      request.on(VerificationRequestEvent.Change, tell);
      return () => request.off(VerificationRequestEvent.Change, tell);
    },
    () => request.phase,
  );
}

/** One confirmation between two own devices, from the question to its end. */
export function VerifySheet({ request, onClose }: VerifySheetProps) {
  const { t } = useTranslation();
  const phase = usePhase(request);
  const [failed, setFailed] = useState(false);
  const fail = useCallback(() => {
    setFailed(true);
    cancel(request);
  }, [request]);
  const isOver = failed || phase === VerificationPhase.Done || phase === VerificationPhase.Cancelled;

  function close(): void {
    cancel(request);
    onClose();
  }

  return (
    <Sheet title={t("verify.title")} isOpen onClose={close} asks={!isOver}>
      {failed ? (
        <Over kind="bad" words="failed" onClose={close} />
      ) : (
        <Phase request={request} phase={phase} onFailed={fail} onClose={close} />
      )}
    </Sheet>
  );
}

interface PhaseProps extends VerifySheetProps {
  phase: VerificationPhase;
  onFailed: () => void;
}

function Phase({ request, phase, onFailed, onClose }: PhaseProps) {
  const { t } = useTranslation();
  const cancel = (
    <Button className="button" onPress={onClose}>
      {t("verify.cancel")}
    </Button>
  );
  switch (phase) {
    case VerificationPhase.Done:
      return <Over kind="good" words="done" onClose={onClose} />;
    case VerificationPhase.Cancelled:
      return <Over kind="bad" words={ending(request)} onClose={onClose} />;
    case VerificationPhase.Started:
      return <Comparing request={request} onFailed={onFailed} />;
    case VerificationPhase.Ready:
      return (
        <>
          <ChooseWay request={request} onFailed={onFailed} />
          {cancel}
        </>
      );
    default:
      if (!request.initiatedByMe) return <Asked request={request} onFailed={onFailed} onClose={onClose} />;
      return (
        <>
          <p>{t("verify.go_to_other")}</p>
          <Waiting text={t("verify.waiting")} />
          {cancel}
        </>
      );
  }
}

function Comparing({ request, onFailed }: { request: VerificationRequest; onFailed: () => void }) {
  const { verifier } = request;
  if (verifier === undefined) return <Waiting />;
  if (request.chosenMethod === "m.reciprocate.v1") {
    return <ConfirmScan verifier={verifier} onFailed={onFailed} />;
  }
  return <CompareEmoji verifier={verifier} onFailed={onFailed} />;
}

/** Another device of this account asks. */
function Asked({ request, onFailed, onClose }: VerifySheetProps & { onFailed: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const [name, setName] = useState(request.otherDeviceId ?? "");
  const [isAccepting, setAccepting] = useState(false);

  useEffect(() => {
    const user = client.getSafeUserId();
    client
      .getCrypto()
      ?.getUserDeviceInfo([user])
      .then((devices) => {
        const known = devices.get(user)?.get(request.otherDeviceId ?? "")?.displayName;
        if (known !== undefined) setName(known);
      })
      // Its id stands there already.
      .catch(() => undefined);
  }, [client, request]);

  if (isAccepting) return <Waiting text={t("verify.beginning")} />;
  return (
    <>
      <p>{t("verify.asks", { name })}</p>
      <p className="muted">{t("verify.asks_hint")}</p>
      <Button
        className="button primary"
        onPress={() => {
          setAccepting(true);
          request.accept().catch(onFailed);
        }}
      >
        {t("verify.accept")}
      </Button>
      <Button className="button" onPress={onClose}>
        {t("verify.not_me")}
      </Button>
    </>
  );
}

/** Return how a cancelled confirmation ended. */
function ending(request: VerificationRequest): string {
  switch (request.cancellationCode) {
    case "m.mismatched_sas":
    case "m.key_mismatch":
      return "mismatch";
    case "m.timeout":
      return "timeout";
    case "m.accepted":
      return "elsewhere";
    default:
      return "cancelled";
  }
}

function Over({ kind, words, onClose }: { kind: "good" | "bad"; words: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Result
      kind={kind}
      title={t(`verify.${words}`)}
      text={t(`verify.${words}_hint`)}
      action={t("verify.close")}
      onAction={onClose}
    />
  );
}
