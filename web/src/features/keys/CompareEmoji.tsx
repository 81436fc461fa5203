import { type ShowSasCallbacks, type Verifier, VerifierEvent } from "matrix-js-sdk/lib/crypto-api";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Waiting } from "../../widgets/Waiting";
import { usePhrases } from "./phrases";
import { run } from "./run";

/** Seven pictures, or three numbers where a device has no pictures, on both devices: when they are the same, nobody sits in between. */
export function CompareEmoji({ verifier, onFailed }: { verifier: Verifier; onFailed: () => void }) {
  const { t } = useTranslation();
  const say = usePhrases();
  const [shown, setShown] = useState<ShowSasCallbacks | null>(() => verifier.getShowSasCallbacks());
  const [isConfirmed, setConfirmed] = useState(false);

  useEffect(() => {
    verifier.on(VerifierEvent.ShowSas, setShown);
    run(verifier);
    return () => {
      verifier.off(VerifierEvent.ShowSas, setShown);
    };
  }, [verifier]);

  const { emoji = [], decimal = [] } = shown?.sas ?? {};
  // With nothing to compare, nothing may be confirmed.
  const isBlind = shown !== null && emoji.length === 0 && decimal.length === 0;
  useEffect(() => {
    if (isBlind) onFailed();
  }, [isBlind, onFailed]);

  if (shown === null || isBlind) return <Waiting text={say("beginning")} />;
  if (isConfirmed) return <Waiting text={say("other_too")} />;
  return (
    <>
      {emoji.length > 0 ? (
        <>
          <p>{say("compare")}</p>
          <ul className="emoji-list">
            {emoji.map(([picture, name], at) => (
              // The same picture may come twice.
              <li key={at}>
                <span aria-hidden="true">{picture}</span>
                {t(`sas.${name.toLowerCase().replaceAll(" ", "_")}`, { defaultValue: name })}
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <p>{say("compare_numbers")}</p>
          <ol className="number-list">
            {decimal.map((number, at) => (
              // The same number may come twice.
              <li key={at}>{number}</li>
            ))}
          </ol>
        </>
      )}
      <Button
        className="button primary"
        onPress={() => {
          setConfirmed(true);
          shown.confirm().catch(onFailed);
        }}
      >
        {say("same")}
      </Button>
      <Button className="button danger" onPress={() => shown.mismatch()}>
        {say("differ")}
      </Button>
    </>
  );
}
