import "./me.css";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { NotifyChoice } from "../../model/notify";
import type { PageProps } from "../../shell/routes";
import { Toggle } from "../../widgets/Toggle";
import { TopBar } from "../../widgets/TopBar";
import { Wrong } from "../../widgets/Wrong";
import { keepNotify, keptNotify } from "./keptNotify";
import { ring } from "./sound";

/** Whether and how new messages are told on this device. */
export function NotificationsPage(_: PageProps) {
  const { t } = useTranslation();
  const [choice, setChoice] = useState(keptNotify);
  const [isRefused, setRefused] = useState(
    () => "Notification" in window && Notification.permission === "denied",
  );
  const canNotify = "Notification" in window;

  function change(part: Partial<NotifyChoice>): void {
    const next = { ...choice, ...part };
    keepNotify(next);
    setChoice(next);
  }

  async function turn(isOn: boolean): Promise<void> {
    if (isOn) {
      const answer = await Notification.requestPermission();
      setRefused(answer === "denied");
      if (answer !== "granted") return;
    }
    change({ isOn });
  }

  const isOn = choice.isOn && canNotify && !isRefused;
  return (
    <>
      <TopBar title={t("me.notifications")} back="/me" />
      <main className="scroll page">
        <div className="card">
          <Toggle
            label={t("notify.on")}
            hint={t("notify.on_hint")}
            isOn={isOn}
            isDisabled={!canNotify}
            onChange={(next) => void turn(next)}
          />
          <Toggle
            label={t("notify.text")}
            hint={t("notify.text_hint")}
            isOn={choice.showsText}
            isDisabled={!isOn}
            onChange={(showsText) => change({ showsText })}
          />
          <Toggle
            label={t("notify.sound")}
            isOn={choice.hasSound}
            isDisabled={!isOn}
            onChange={(hasSound) => change({ hasSound })}
          />
        </div>
        {!canNotify && <Wrong text={t("notify.cannot")} />}
        {isRefused && <Wrong text={t("notify.refused")} />}
        <Button className="button" onPress={ring} isDisabled={!isOn || !choice.hasSound}>
          {t("notify.try")}
        </Button>
        <p className="muted">{t("notify.hint")}</p>
      </main>
    </>
  );
}
