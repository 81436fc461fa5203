import { useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { handInKeys } from "../../protocol/handIn";
import type { KeysState } from "../../protocol/keys";
import { leave } from "../../protocol/matrix";
import { useClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { BusyButton } from "../../widgets/BusyButton";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";
import { useUnsent } from "./useUnsent";

interface SignOutSheetProps {
  isOpen: boolean;
  onClose: () => void;
  onLeave: PageProps["onLeave"];
  keys: KeysState | null;
}

type Risk = "unsent" | "unknown" | "unverified" | "no_recovery" | "no_backup";

/** Why keys of messages may be on this device alone, as the end of the words for it; null where they are kept elsewhere, too. */
function riskOf(keys: KeysState | null): Risk | null {
  if (keys === null) return "unknown";
  if (!keys.isVerified) return "unverified";
  if (!keys.hasRecovery) return "no_recovery";
  return keys.hasBackup ? null : "no_backup";
}

/** What is to be done about each, and where. */
const REMEDY = {
  unsent: ["me.look_at_chats", "/chats"],
  unknown: ["me.look_at_keys", "/me/recovery"],
  unverified: ["keys.banner_go_locked", "/me/recovery"],
  no_recovery: ["keys.make", "/me/recovery"],
  no_backup: ["me.look_at_keys", "/me/recovery"],
} as const satisfies Record<Risk, readonly [string, string]>;

/** Ask before signing out: what is not sent goes with this device, and so do keys of messages that are kept nowhere else. */
export function SignOutSheet({ isOpen, onClose, onLeave, keys }: SignOutSheetProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  // Keys were to be handed in, and could not be: it is asked once more.
  const [isLeft, setLeft] = useState(false);
  // While they are handed in, one may still think better of it.
  const isWanted = useRef(false);
  useEffect(() => {
    return () => {
      isWanted.current = false;
    };
  }, []);
  const isUnsent = useUnsent();
  const keysRisk = riskOf(keys);
  const risks: Risk[] = [...(isUnsent ? ["unsent" as const] : []), ...(keysRisk === null ? [] : [keysRisk])];

  async function signOut(): Promise<void> {
    isWanted.current = true;
    setBusy(true);
    setLeft(false);
    const isDone = await handInKeys(client);
    if (!isWanted.current) return;
    if (isDone) return await signOutNow();
    setBusy(false);
    setLeft(true);
  }

  async function signOutNow(): Promise<void> {
    setBusy(true);
    // Whatever is left here, nobody is kept on these pages.
    const isHeard = await leave(client).catch(() => true);
    onLeave(isHeard ? undefined : "server_not_told");
  }

  function close(): void {
    isWanted.current = false;
    setBusy(false);
    setLeft(false);
    onClose();
  }

  const words = isLeft ? t("me.sign_out_again") : t("account.sign_out");
  return (
    <Sheet title={t("me.sign_out_title")} isOpen={isOpen} onClose={close} asks>
      {risks.length === 0 && !isLeft && <p>{t("me.sign_out_hint")}</p>}
      {risks.map((risk) => (
        <p className="wrong" key={risk}>
          {t(`me.sign_out_${risk}`)}
        </p>
      ))}
      <Wrong text={isLeft ? t("me.sign_out_left") : null} />
      {risks.map((risk) => (
        <Button className="button primary" key={risk} onPress={() => go(REMEDY[risk][1])}>
          {t(REMEDY[risk][0])}
        </Button>
      ))}
      <BusyButton className={`button ${isLeft ? "primary" : "danger"}`} isBusy={busy} onPress={signOut}>
        {busy ? t("me.signing_out") : words}
      </BusyButton>
      {isLeft && (
        <BusyButton className="button danger" onPress={signOutNow}>
          {t("me.sign_out_anyway")}
        </BusyButton>
      )}
      <Button className="button" onPress={close} autoFocus>
        {t("me.cancel")}
      </Button>
    </Sheet>
  );
}
