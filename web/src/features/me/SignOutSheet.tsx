import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { KeysState } from "../../protocol/keys";
import { leave } from "../../protocol/matrix";
import { useClient } from "../../shell/client";
import { Sheet } from "../../widgets/Sheet";

interface SignOutSheetProps {
  isOpen: boolean;
  onClose: () => void;
  onLeave: () => void;
  keys: KeysState | null;
}

/** Ask before signing out: without a recovery key the keys of old messages go with this device. */
export function SignOutSheet({ isOpen, onClose, onLeave, keys }: SignOutSheetProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const isRisky = keys !== null && !keys.hasRecovery;

  async function signOut(): Promise<void> {
    setBusy(true);
    try {
      await leave(client);
    } finally {
      onLeave();
    }
  }

  return (
    <Sheet title={t("me.sign_out_title")} isOpen={isOpen} onClose={onClose} asks>
      <p className={isRisky ? "wrong" : undefined}>{t(isRisky ? "me.sign_out_risky" : "me.sign_out_hint")}</p>
      {isRisky && (
        <Button className="button primary" onPress={() => go("/me/recovery")}>
          {t("keys.make")}
        </Button>
      )}
      <Button className="button danger" isDisabled={busy} onPress={() => void signOut()}>
        {busy ? t("me.signing_out") : t("account.sign_out")}
      </Button>
      <Button className="button" onPress={onClose} autoFocus>
        {t("me.cancel")}
      </Button>
    </Sheet>
  );
}
