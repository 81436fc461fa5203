import "./keys.css";
import { KeyRound, ShieldAlert } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { isQuiet, putOff } from "./reminder";
import { useKeys } from "./useKeys";

/** What is still to be done for the keys, above the four places, until it is done. */
export function KeysBanner() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const keys = useKeys();
  const [quiet, setQuiet] = useState(() => isQuiet(Date.now()));
  if (keys === null || quiet) return null;
  const isLocked = keys.hasIdentity && !keys.isVerified;
  if (!isLocked && keys.hasRecovery) return null;
  const Icon = isLocked ? ShieldAlert : KeyRound;
  return (
    <aside className="keys-banner" aria-label={t("keys.title")}>
      <Icon size={22} aria-hidden />
      <p>{t(isLocked ? "keys.banner_locked" : "keys.banner_recovery")}</p>
      <span className="answers">
        <Button className="button plain" onPress={() => go("/me/recovery")}>
          {t(isLocked ? "keys.banner_unlock" : "keys.banner_make")}
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
