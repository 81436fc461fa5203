import { KeyRound, MonitorSmartphone } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { KeysState } from "../../protocol/keys";
import { wordsFor } from "../../shell/words";
import { Result } from "../../widgets/Result";
import { Wrong } from "../../widgets/Wrong";
import { EnterKey } from "./EnterKey";
import { StartOver } from "./StartOver";
import { useVerify } from "./Verifications";

interface UnlockProps {
  keys: KeysState;
  onBegin: () => void;
  onDone: () => void;
  onLater: () => void;
}

/** A device that cannot read old messages yet: the ways to open them. */
export function Unlock({ keys, onBegin, onDone, onLater }: UnlockProps) {
  const { t } = useTranslation();
  const verify = useVerify();
  const [way, setWay] = useState<"choose" | "key" | "over">("choose");
  const [wrong, setWrong] = useState<string | null>(null);
  const [cameBack, setCameBack] = useState<number | null>(null);

  async function ask(): Promise<void> {
    setWrong(null);
    onBegin();
    try {
      await verify();
    } catch (error) {
      setWrong(wordsFor(error, t));
    }
  }

  if (keys.isVerified) {
    return (
      <Result
        kind="good"
        title={t("keys.opened")}
        text={cameBack === null ? t("keys.opened_hint") : t("keys.came_back", { count: cameBack })}
        action={t("keys.go_on")}
        onAction={onDone}
      />
    );
  }
  if (way === "key")
    return <EnterKey onBegin={onBegin} onOpened={setCameBack} onBack={() => setWay("choose")} />;
  if (way === "over") return <StartOver onBegin={onBegin} onBack={() => setWay("choose")} />;
  return (
    <section className="steps-of-key">
      <h2>{t("keys.locked_title")}</h2>
      <p>{t("keys.locked_hint")}</p>
      <p>{t("keys.locked_what")}</p>
      <Wrong text={wrong} />
      {keys.hasRecovery && (
        <Button className="button primary" onPress={() => setWay("key")}>
          <KeyRound size={18} aria-hidden /> {t("keys.with_key")}
        </Button>
      )}
      <Button className={keys.hasRecovery ? "button" : "button primary"} onPress={() => void ask()}>
        <MonitorSmartphone size={18} aria-hidden /> {t("keys.with_device")}
      </Button>
      <Button className="button" onPress={() => setWay("over")}>
        {t(keys.hasRecovery ? "keys.with_neither" : "keys.without_device")}
      </Button>
      <Button className="button plain" onPress={onLater}>
        {t("keys.not_now")}
      </Button>
    </section>
  );
}
