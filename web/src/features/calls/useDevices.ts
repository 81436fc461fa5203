import { useEffect, useState } from "react";
import { type Device, devicesOf, type Kind } from "./media";

/** Return the devices of a kind, anew when one is plugged in or out. */
export function useDevices(kind: Kind): readonly Device[] {
  const [devices, setDevices] = useState<readonly Device[]>([]);
  useEffect(() => {
    let gone = false;
    const look = () => {
      devicesOf(kind).then(
        (found) => {
          if (!gone) setDevices(found);
        },
        // A browser that lists none offers no choice.
        () => undefined,
      );
    };
    look();
    navigator.mediaDevices.addEventListener("devicechange", look);
    return () => {
      gone = true;
      navigator.mediaDevices.removeEventListener("devicechange", look);
    };
  }, [kind]);
  return devices;
}
