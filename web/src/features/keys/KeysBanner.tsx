import "./keys.css";
import { KeyRound, ShieldAlert } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { KeysState } from "../../protocol/keys";
import { isQuiet, putOff } from "./reminder";
import { useKeys } from "./useKeys";

function todoOf(keys: KeysState): "locked" | "missing" | "recovery" | null {
  if (keys.hasIdentity && !keys.isVerified) return "locked";
  if (keys.hasIdentity && !keys.hasSecrets) return "missing";
  return keys.hasRecovery ? null : "recovery";
}

/** What is still to be done for the keys, above the four places, until it is done. */
export function KeysBanner() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const keys = useKeys();
  const [quiet, setQuiet] = useState(() => isQuiet(Date.now()));
  if (keys === null || quiet) return null;
  const todo = todoOf(keys);
  if (todo === null) return null;
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
            putOff(Date.now());
            setQuiet(true);
          }}
        >
          {t("keys.later")}
        </Button>
      </span>
    </aside>
  );
}
