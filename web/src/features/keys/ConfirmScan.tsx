import { type ShowQrCodeCallbacks, type Verifier, VerifierEvent } from "matrix-js-sdk/lib/crypto-api";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Waiting } from "../../widgets/Waiting";
import { run } from "./run";

/** The code was scanned. Who showed it says whether it was really their own other device. */
export function ConfirmScan({ verifier, onFailed }: { verifier: Verifier; onFailed: () => void }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<ShowQrCodeCallbacks | null>(() =>
    verifier.getReciprocateQrCodeCallbacks(),
  );
  const [isConfirmed, setConfirmed] = useState(false);

  useEffect(() => {
    verifier.on(VerifierEvent.ShowReciprocateQr, setAsked);
    run(verifier);
    return () => {
      verifier.off(VerifierEvent.ShowReciprocateQr, setAsked);
    };
  }, [verifier]);

  if (asked === null || isConfirmed) {
    return <Waiting text={t(isConfirmed ? "verify.beginning" : "verify.confirm_other")} />;
  }
  return (
    <>
      <p>{t("verify.scanned")}</p>
      <Button
        className="button primary"
        onPress={() => {
          setConfirmed(true);
          try {
            asked.confirm();
          } catch {
            onFailed();
          }
        }}
      >
        {t("verify.scanned_yes")}
      </Button>
      <Button className="button danger" onPress={() => asked.cancel()}>
        {t("verify.scanned_no")}
      </Button>
    </>
  );
}
