import type { GeneratedSecretStorageKey } from "matrix-js-sdk/lib/crypto-api";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { groupToAsk } from "../../model/recoveryKey";
import { keepRecoveryKey, newRecoveryKey, SecretsElsewhere } from "../../protocol/keys";
import { useClient } from "../../shell/client";
import { wordsFor } from "../../shell/words";
import { BusyButton } from "../../widgets/BusyButton";
import { Result } from "../../widgets/Result";
import { Waiting } from "../../widgets/Waiting";
import { Wrong } from "../../widgets/Wrong";
import { ConfirmKey } from "./ConfirmKey";
import { forgetPutOff } from "./reminder";
import { ShowKey } from "./ShowKey";

interface MakeKeyProps {
  /** There is one already: it will work no more. */
  isReplacing: boolean;
  onBegin: () => void;
  onDone: () => void;
  onLater: () => void;
}

type Made = GeneratedSecretStorageKey & { encodedPrivateKey: string };

/** Why there is a recovery key, the key itself, and the proof that it was kept. */
export function MakeKey({ isReplacing, onBegin, onDone, onLater }: MakeKeyProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [key, setKey] = useState<Made | null>(null);
  const [step, setStep] = useState<"why" | "show" | "confirm" | "keeping" | "done">("why");
  const [wrong, setWrong] = useState<string | null>(null);
  const [asked, setAsked] = useState(1);

  async function make(): Promise<void> {
    setWrong(null);
    try {
      const made = await newRecoveryKey(client);
      setKey(made);
      setAsked(groupToAsk(made.encodedPrivateKey, draw()));
      setStep("show");
      onBegin();
    } catch (error) {
      setWrong(wordsFor(error, t));
    }
  }

  async function keep(): Promise<void> {
    if (key === null) return;
    setStep("keeping");
    setWrong(null);
    try {
      await keepRecoveryKey(client, key);
      forgetPutOff();
      setStep("done");
    } catch (error) {
      setWrong(error instanceof SecretsElsewhere ? t("keys.secrets_elsewhere") : wordsFor(error, t));
      setStep("confirm");
    }
  }

  if (step === "keeping") return <Waiting text={t("keys.keeping")} />;
  if (step === "done") {
    return (
      <Result
        kind="good"
        title={t("keys.made")}
        text={t("keys.made_hint")}
        action={t("keys.go_on")}
        onAction={onDone}
      />
    );
  }
  if (step === "show" && key !== null) {
    return <ShowKey written={key.encodedPrivateKey} onKept={() => setStep("confirm")} onLater={onLater} />;
  }
  if (step === "confirm" && key !== null) {
    return (
      <ConfirmKey
        written={key.encodedPrivateKey}
        asked={asked}
        failed={wrong}
        onConfirmed={() => void keep()}
        onBack={() => setStep("show")}
      />
    );
  }
  return (
    <section className="steps-of-key">
      <h2>{t("keys.why_title")}</h2>
      <p>{t("keys.why_locked")}</p>
      <p>{t("keys.why_lost")}</p>
      <p>{t("keys.why_nobody")}</p>
      {isReplacing && <p className="wrong">{t("keys.why_replaces")}</p>}
      <Wrong text={wrong} />
      <BusyButton className="button primary" onPress={make}>
        {t("keys.make")}
      </BusyButton>
      <Button className="button" onPress={onLater}>
        {t("keys.not_now")}
      </Button>
      <p className="muted small">{t("keys.later_hint")}</p>
    </section>
  );
}

/** Return a number from 0 up to, not including, 1. */
function draw(): number {
  const [bits] = crypto.getRandomValues(new Uint32Array(1));
  return (bits ?? 0) / 2 ** 32;
}
