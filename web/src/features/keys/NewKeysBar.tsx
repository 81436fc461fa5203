import "./newKeys.css";
import { KeyRound } from "lucide-react";
import type { Room } from "matrix-js-sdk";
import { useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { cryptoOf } from "../../protocol/machine";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { landOnTitle } from "../../widgets/landing";
import { Wrong } from "../../widgets/Wrong";
import { accept, type Changed, useNewKeys } from "./newKeys";

interface NewKeysBarProps {
  room: Room;
  nameOf: (userId: string) => string;
}

/** Says above what one writes that somebody who can read it has new keys, until that is pressed away. One may write meanwhile. */
export function NewKeysBar({ room, nameOf }: NewKeysBarProps) {
  const [first, ...more] = useNewKeys(room);
  return first === undefined ? null : <Told {...first} name={nameOf(first.userId)} count={more.length} />;
}

/** Of several, one is named after the other: nobody is accepted unseen. */
function Told({ userId, wasVerified, name, count }: Changed & { name: string; count: number }) {
  const { t } = useTranslation();
  const changed = count === 0 ? t("keys.changed", { name }) : t("keys.changed_more", { name, count });
  const client = useClient();
  const { wrong, attempt } = useAttempt();
  const aside = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const { current } = aside;
    return () => {
      if (current?.contains(document.activeElement)) setTimeout(landOnTitle);
    };
  }, []);

  return (
    <aside ref={aside} className="new-keys" aria-label={t("keys.changed_title")}>
      <KeyRound size={20} aria-hidden />
      <p role="status">
        {wasVerified ? t("keys.identity_changed", { name }) : changed} {t("keys.changed_why")}
      </p>
      <Wrong text={wrong} />
      <BusyButton
        className="text-button"
        // What is accepted is heard of: the bar goes by itself.
        onPress={() => attempt(() => accept(cryptoOf(client), userId))}
      >
        {t("keys.changed_seen")}
      </BusyButton>
    </aside>
  );
}
