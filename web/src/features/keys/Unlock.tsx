import { KeyRound, MonitorSmartphone } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { KeysState } from "../../protocol/keys";
import { wordsFor } from "../../shell/words";
import { BusyButton } from "../../widgets/BusyButton";
import { Result } from "../../widgets/Result";
import { Wrong } from "../../widgets/Wrong";
import { EnterKey } from "./EnterKey";
import { forgetPutOff } from "./reminder";
import { StartOver } from "./StartOver";
import { useVerify } from "./Verifications";

interface UnlockProps {
  keys: KeysState;
  onBegin: () => void;
  onDone: () => void;
  onLater: () => void;
}

/** A device that cannot read old messages yet, or has not got all keys: the ways to open them. */
export function Unlock({ keys, onBegin, onDone, onLater }: UnlockProps) {
  const { t } = useTranslation();
  const verify = useVerify();
  const [way, setWay] = useState<"choose" | "key" | "over">("choose");
  const [wrong, setWrong] = useState<string | null>(null);
  const [hasAsked, setAsked] = useState(false);
  // How it ended here: so many keys came back, or there are other ones.
  const [ended, setEnded] = useState<number | "over" | null>(null);

  async function ask(): Promise<void> {
    setWrong(null);
    onBegin();
    try {
      await verify();
      setAsked(true);
    } catch (error) {
      setWrong(wordsFor(error, t));
    }
  }

  function end(how: number | "over"): void {
    forgetPutOff();
    setEnded(how);
  }

  function opened(): string {
    if (ended === "over") return t("keys.over_done_hint");
    if (ended !== null) return t("keys.came_back", { count: ended });
    return t(keys.hasSecrets ? "keys.opened_hint" : "keys.on_their_way");
  }

  // The device counts as verified before everything is fetched: what was begun is shown until it has ended.
  if (ended === null && way === "key") {
    return <EnterKey onBegin={onBegin} onOpened={end} onBack={() => setWay("choose")} />;
  }
  if (ended === null && way === "over") {
    return <StartOver onBegin={onBegin} onDone={() => end("over")} onBack={() => setWay("choose")} />;
  }
  if (ended !== null || (keys.isVerified && (keys.hasSecrets || hasAsked))) {
    return (
      <Result
        kind="good"
        title={t(ended === "over" ? "keys.over_done" : "keys.opened")}
        text={opened()}
        action={t("keys.go_on")}
        onAction={onDone}
      />
    );
  }
  return (
    <section className="steps-of-key">
      <h2>{t(keys.isVerified ? "keys.missing_title" : "keys.locked_title")}</h2>
      <p>{t(keys.isVerified ? "keys.missing_hint" : "keys.locked_hint")}</p>
      <p>{t(keys.isVerified ? "keys.missing_what" : "keys.locked_what")}</p>
      <Wrong text={wrong} />
      {keys.hasRecovery && (
        <Button className="button primary" onPress={() => setWay("key")}>
          <KeyRound size={18} aria-hidden /> {t("keys.with_key")}
        </Button>
      )}
      <BusyButton className={keys.hasRecovery ? "button" : "button primary"} onPress={ask}>
        <MonitorSmartphone size={18} aria-hidden /> {t("keys.with_device")}
      </BusyButton>
      <Button className="button" onPress={() => setWay("over")}>
        {t(keys.hasRecovery ? "keys.with_neither" : "keys.without_device")}
      </Button>
      <Button className="button plain" onPress={onLater}>
        {t("keys.not_now")}
      </Button>
    </section>
  );
}
