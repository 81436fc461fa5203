import { type ShowQrCodeCallbacks, type Verifier, VerifierEvent } from "matrix-js-sdk/lib/crypto-api";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Waiting } from "../../widgets/Waiting";
import { usePhrases } from "./phrases";
import { run } from "./run";

/** The code was scanned. Who showed it says whether it was really their own other device. */
export function ConfirmScan({ verifier, onFailed }: { verifier: Verifier; onFailed: () => void }) {
  const say = usePhrases();
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
    return <Waiting text={say(isConfirmed ? "beginning" : "confirm_other")} />;
  }
  return (
    <>
      <p>{say("scanned")}</p>
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
        {say("scanned_yes")}
      </Button>
      <Button className="button danger" onPress={() => asked.cancel()}>
        {say("scanned_no")}
      </Button>
    </>
  );
}
