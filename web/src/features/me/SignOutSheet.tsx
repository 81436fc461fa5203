import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { KeysState } from "../../protocol/keys";
import { leave } from "../../protocol/matrix";
import { useClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { BusyButton } from "../../widgets/BusyButton";
import { Sheet } from "../../widgets/Sheet";

interface SignOutSheetProps {
  isOpen: boolean;
  onClose: () => void;
  onLeave: PageProps["onLeave"];
  keys: KeysState | null;
}

/** Why keys of messages may be on this device alone, as the end of the words for it; null where they are kept elsewhere, too. */
function riskOf(keys: KeysState | null): "unknown" | "unverified" | "no_recovery" | "no_backup" | null {
  if (keys === null) return "unknown";
  if (!keys.isVerified) return "unverified";
  if (!keys.hasRecovery) return "no_recovery";
  return keys.hasBackup ? null : "no_backup";
}

/** What is to be done about each. */
const REMEDY = {
  unknown: "me.look_at_keys",
  unverified: "keys.banner_go_locked",
  no_recovery: "keys.make",
  no_backup: "me.look_at_keys",
} as const;

/** Ask before signing out: keys of messages that are kept nowhere else go with this device. */
export function SignOutSheet({ isOpen, onClose, onLeave, keys }: SignOutSheetProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const risk = riskOf(keys);

  async function signOut(): Promise<void> {
    setBusy(true);
    // Whatever is left here, nobody is kept on these pages.
    const isHeard = await leave(client).catch(() => true);
    onLeave(isHeard ? undefined : "server_not_told");
  }

  return (
    <Sheet title={t("me.sign_out_title")} isOpen={isOpen} onClose={onClose} asks>
      <p className={risk === null ? undefined : "wrong"}>
        {t(risk === null ? "me.sign_out_hint" : `me.sign_out_${risk}`)}
      </p>
      {risk !== null && (
        <Button className="button primary" onPress={() => go("/me/recovery")}>
          {t(REMEDY[risk])}
        </Button>
      )}
      <BusyButton className="button danger" isBusy={busy} onPress={signOut}>
        {busy ? t("me.signing_out") : t("account.sign_out")}
      </BusyButton>
      <Button className="button" onPress={onClose} autoFocus>
        {t("me.cancel")}
      </Button>
    </Sheet>
  );
}
