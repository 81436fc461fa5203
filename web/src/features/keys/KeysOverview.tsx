import { CircleCheck, CircleDashed } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { KeysState } from "../../protocol/keys";

/** All is done: what there is, and the way to a new recovery key. */
export function KeysOverview({ keys, onReplace }: { keys: KeysState; onReplace: () => void }) {
  const { t } = useTranslation();
  const lines = [
    [keys.isVerified, t("keys.has_device")],
    [keys.hasRecovery, t("keys.has_recovery")],
    [keys.hasBackup, t("keys.has_backup")],
  ] as const;
  return (
    <>
      <ul className="card plain-list">
        {lines.map(([isDone, words]) => (
          <li className="line" key={words}>
            <span>{words}</span>
            {isDone ? (
              <CircleCheck size={22} className="keys-done" role="img" aria-label={t("keys.yes")} />
            ) : (
              <CircleDashed size={22} role="img" aria-label={t("keys.no")} />
            )}
          </li>
        ))}
      </ul>
      <p className="muted">{t("keys.replace_hint")}</p>
      <Button className="button" onPress={onReplace}>
        {t("keys.replace")}
      </Button>
    </>
  );
}
