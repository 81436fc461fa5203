import { Lock } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Sheet } from "../../../widgets/Sheet";
import type { BodyProps } from "./body";

/** Why a message cannot be read, from the SDK's codes (`DecryptionFailureCode`), and whether the recovery key can help. */
const REASONS: Readonly<Record<string, readonly [reason: string, keyHelps: boolean]>> = {
  HISTORICAL_MESSAGE_NO_KEY_BACKUP: ["no_backup", false],
  HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED: ["before_device", true],
  HISTORICAL_MESSAGE_WORKING_BACKUP: ["loading", false],
  HISTORICAL_MESSAGE_USER_NOT_JOINED: ["before_joining", false],
  MEGOLM_KEY_WITHHELD: ["withheld", false],
  MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE: ["unverified", true],
  SENDER_IDENTITY_PREVIOUSLY_VERIFIED: ["sender_changed", false],
  UNSIGNED_SENDER_DEVICE: ["sender_unsure", false],
  UNKNOWN_SENDER_DEVICE: ["sender_unsure", false],
};

/** A message whose key is not on this device: it says so, why, and what to do. */
export function UnreadableBody({ said }: BodyProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  if (said.unreadable === undefined) return <span className="quiet">{t("talk.decrypting")}</span>;
  const [reason, keyHelps] = REASONS[said.unreadable] ?? ["waiting", true];
  return (
    <>
      <span className="quiet locked">
        <Lock size={16} aria-hidden />
        {t("talk.unreadable.title")}
      </span>
      <Button className="text-button" onPress={() => setOpen(true)}>
        {t("talk.unreadable.why")}
      </Button>
      <Sheet title={t("talk.unreadable.title")} isOpen={isOpen} onClose={() => setOpen(false)}>
        <p>{t(`talk.unreadable.${reason}`)}</p>
        <p className="muted">{t(`talk.unreadable.${reason}_do`)}</p>
        {keyHelps && (
          <Link className="button primary link" href="/me/recovery">
            {t("talk.unreadable.to_keys")}
          </Link>
        )}
        <Button className="button" onPress={() => setOpen(false)}>
          {t("talk.close")}
        </Button>
      </Sheet>
    </>
  );
}
