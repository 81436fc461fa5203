/** Where this device is: asked of the browser by a press, and of nobody else. */
import { useState } from "react";
import type { Place } from "../../../model/location";

/** Why there is no place: the person or the browser said no; the device does not know; this address is not secure. */
type Failure = "refused" | "unknown" | "insecure";

const WAIT_MS = 20_000;
/** A place found a moment ago does. */
const AGE_MS_MAX = 60_000;

interface Here {
  readonly here: Place | null;
  readonly busy: boolean;
  readonly failure: Failure | null;
  readonly ask: () => void;
}

export function useHere(): Here {
  const [here, setHere] = useState<Place | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  function fail(why: Failure): void {
    setBusy(false);
    setFailure(why);
  }

  function ask(): void {
    if (busy) return;
    setFailure(null);
    if (!window.isSecureContext || !("geolocation" in navigator)) {
      fail(window.isSecureContext ? "unknown" : "insecure");
      return;
    }
    setBusy(true);
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => {
        setBusy(false);
        setHere({ latitude, longitude, within: accuracy });
      },
      ({ code, PERMISSION_DENIED }) => fail(code === PERMISSION_DENIED ? "refused" : "unknown"),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: AGE_MS_MAX },
    );
  }

  return { here, busy, failure, ask };
}
