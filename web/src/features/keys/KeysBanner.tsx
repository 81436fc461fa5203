import "./keys.css";
import { KeyRound, ShieldAlert } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { isQuiet, putOff, todoOf } from "./reminder";
import { useKeys } from "./useKeys";

/** What is still to be done for the keys, above the four places, until it is done. */
export function KeysBanner() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const keys = useKeys();
  // What was put off is asked about again when this is opened anew.
  const [now, setNow] = useState(() => Date.now());
  const todo = keys === null ? null : todoOf(keys);
  if (todo === null || isQuiet(todo, now)) return null;
  const Icon = todo === "locked" ? ShieldAlert : KeyRound;
  return (
    <aside className="keys-banner" aria-label={t("keys.title")}>
      <Icon size={22} aria-hidden />
      <p>{t(`keys.banner_${todo}`)}</p>
      <span className="answers">
        <Button className="button plain" onPress={() => go("/me/recovery")}>
          {t(`keys.banner_go_${todo}`)}
        </Button>
        <Button
          className="button plain quiet"
          onPress={() => {
            const pressed = Date.now();
            putOff(todo, pressed);
            setNow(pressed);
          }}
        >
          {t("keys.later")}
        </Button>
      </span>
    </aside>
  );
}
