import type { VerificationRequest } from "matrix-js-sdk/lib/crypto-api";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components/Button";
import { byteReader } from "../../protocol/scan";
import { QrCode } from "../../widgets/QrCode";
import { Eye } from "../../widgets/Scanner";
import { Waiting } from "../../widgets/Waiting";
import { Wrong } from "../../widgets/Wrong";
import { usePhrases } from "./phrases";
import { run } from "./run";

interface ChooseWayProps {
  request: VerificationRequest;
  onFailed: () => void;
}

/** Both devices are ready. The one that asked shows a code, the other scans it; or both compare pictures. */
export function ChooseWay({ request, onFailed }: ChooseWayProps) {
  const say = usePhrases();
  const [code, setCode] = useState<readonly number[] | null>(null);
  const [isScanning, setScanning] = useState(false);
  const [isBeginning, setBeginning] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const shows = request.initiatedByMe;
  const canScan = request.otherPartySupportsMethod("m.qr_code.show.v1");

  useEffect(() => {
    if (!shows) return;
    request
      .generateQRCode()
      .then((bytes) => {
        if (bytes !== undefined) setCode([...bytes]);
        // The other device cannot scan: pictures are the one way that is left.
        else return request.startVerification("m.sas.v1");
      })
      .catch(onFailed);
  }, [request, shows, onFailed]);

  function compare(): void {
    setBeginning(true);
    request.startVerification("m.sas.v1").catch(onFailed);
  }

  function scanned(bytes: Uint8Array): null {
    setScanning(false);
    request.scanQRCode(new Uint8ClampedArray(bytes)).then(run, () => setWrong(say("strange_code")));
    return null;
  }

  if (isBeginning || (shows && code === null)) return <Waiting text={say("beginning")} />;
  return (
    <>
      {code !== null && (
        <>
          <p>{say("scan_this")}</p>
          <QrCode content={code} label={say("the_code")} />
        </>
      )}
      {!shows && isScanning && <Eye reader={byteReader} onFound={scanned} />}
      {!shows && !isScanning && canScan && (
        <>
          <p>{say("scan_what")}</p>
          <Button className="button primary" onPress={() => setScanning(true)}>
            {say("scan_other")}
          </Button>
        </>
      )}
      <Wrong text={wrong} />
      <Button className="button" onPress={compare}>
        {say("pictures_instead")}
      </Button>
    </>
  );
}
