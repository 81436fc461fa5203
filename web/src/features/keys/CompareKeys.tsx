import "./compareKeys.css";
import { ShieldAlert, ShieldCheck, ShieldQuestionMark } from "lucide-react";
import { KnownMembership, type MatrixClient } from "matrix-js-sdk";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useAttempt } from "../../shell/attempt";
import { useClient, useFromClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Wrong } from "../../widgets/Wrong";
import { openDirect } from "../contacts/openDirect";
import { directRoom, PEOPLE_EVENTS } from "../contacts/people";
import { useKeys } from "./useKeys";
import { type Trust, useTrust } from "./useTrust";
import { useAsk } from "./Verifications";

interface CompareKeysProps {
  userId: string;
  name: string;
}

const LOOKS = {
  verified: { words: "compare.verified", Icon: ShieldCheck },
  changed: { words: "compare.changed", Icon: ShieldAlert },
  none: { words: "compare.not_yet", Icon: ShieldQuestionMark },
} as const satisfies Record<Trust, unknown>;

/** On somebody's page: whether one has compared keys with them, and how to. Only with whom one chats: there they are asked. */
export function CompareKeys({ userId, name }: CompareKeysProps) {
  const { t } = useTranslation();
  const trust = useTrust(userId);
  const isChatting = useFromClient(
    PEOPLE_EVENTS,
    useCallback((client: MatrixClient) => chatsWith(client, userId), [userId]),
  );
  if (!isChatting || trust === null) return null;
  const { words, Icon } = LOOKS[trust];
  return (
    <section className="card compare-keys" aria-label={t("compare.short_title")}>
      <p>
        <Icon size={20} aria-hidden /> <span>{t(words, { name })}</span>
      </p>
      {trust !== "verified" && <Begin userId={userId} name={name} />}
    </section>
  );
}

function chatsWith(client: MatrixClient, userId: string): boolean {
  const room = client.getRoom(directRoom(client, userId) ?? undefined);
  return room?.getMember(userId)?.membership === KnownMembership.Join;
}

/** What is confirmed is signed with one's own keys: a device that has none of them cannot. */
function Begin({ userId, name }: CompareKeysProps) {
  const { t } = useTranslation();
  const client = useClient();
  const keys = useKeys();
  const ask = useAsk();
  const { busy, wrong, setWrong, attempt } = useAttempt();

  async function begin(): Promise<void> {
    const hasKeys = await client.getCrypto()?.userHasCrossSigningKeys(userId, true);
    if (hasKeys !== true) return setWrong(t("compare.no_keys", { name }));
    const roomId = await openDirect(client, userId);
    await ask((crypto) => crypto.requestVerificationDM(userId, roomId));
  }

  if (keys === null) return null;
  if (!keys.isVerified || !keys.hasSecrets) {
    return (
      <p className="muted">
        {t("compare.first_this")} <Link href="/me/recovery">{t("compare.verify_this")}</Link>
      </p>
    );
  }
  return (
    <>
      <Wrong text={wrong} />
      <BusyButton className="button" isDisabled={busy} onPress={() => attempt(begin)}>
        {t("compare.begin")}
      </BusyButton>
    </>
  );
}
