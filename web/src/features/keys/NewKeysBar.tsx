import "./newKeys.css";
import { KeyRound } from "lucide-react";
import type { Room } from "matrix-js-sdk";
import { useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { landOnTitle } from "../../widgets/landing";
import { Wrong } from "../../widgets/Wrong";
import { useNewKeys } from "./newKeys";

interface NewKeysBarProps {
  room: Room;
  nameOf: (userId: string) => string;
}

/** Says above what one writes that somebody who can read it has new keys, until that is pressed away. One may write meanwhile. */
export function NewKeysBar({ room, nameOf }: NewKeysBarProps) {
  const [first, ...more] = useNewKeys(room);
  return first === undefined ? null : <Told userId={first} name={nameOf(first)} count={more.length} />;
}

/** Of several, one is named after the other: nobody is accepted unseen. */
function Told({ userId, name, count }: { userId: string; name: string; count: number }) {
  const { t } = useTranslation();
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
        {count === 0 ? t("keys.changed", { name }) : t("keys.changed_more", { name, count })}{" "}
        {t("keys.changed_why")}
      </p>
      <Wrong text={wrong} />
      <BusyButton
        className="text-button"
        // What is accepted is heard of: the bar goes by itself.
        onPress={() => attempt(async () => client.getCrypto()?.pinCurrentUserIdentity(userId))}
      >
        {t("keys.changed_seen")}
      </BusyButton>
    </aside>
  );
}
