import "./presence.css";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Shown, shownOf } from "../../model/presence";
import { useClient } from "../../shell/client";
import { localeOf } from "../../shell/i18n";
import { useConnection } from "../chats/useConnection";
import { usePrivacy } from "../me/usePrivacy";
import { askPresence, useKnown } from "./known";

const AGAIN_MS = 30_000;

/** Whether somebody is here, or was: of those who want it told, for those who tell it themselves. */
export function Seen({ userId }: { userId: string }) {
  const { t, i18n } = useTranslation();
  const shown = useShown(userId);
  if (shown === null) return null;
  if (shown.kind === "here") {
    return (
      <span className="was-here">
        <span className="dot" aria-hidden="true" /> {t("presence.here")}
      </span>
    );
  }
  const ago = new Intl.RelativeTimeFormat(localeOf(i18n.language)).format(-shown.count, shown.unit);
  return <span className="was-here">{t("presence.seen", { ago })}</span>;
}

/** A quiet dot beside the name of somebody who is here. */
export function HereDot({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const known = useKnown();
  const isReached = useConnection();
  if (shownOf(known.get(userId) ?? null, 0, isReached)?.kind !== "here") return null;
  return <span className="here-dot" role="img" aria-label={t("presence.here")} />;
}

/** Ask once for the people of a list; the dots then come and go by themselves. */
export function useAsked(userIds: readonly string[]): void {
  const client = useClient();
  const { presence: isChosen } = usePrivacy();
  const asked = userIds.slice(0, ASKED_MAX).join(" ");
  useEffect(() => {
    if (isChosen && asked !== "") void askPresence(client, asked.split(" "));
  }, [client, isChosen, asked]);
}

/** More people than that are not looked through for dots. */
const ASKED_MAX = 50;

function useShown(userId: string): Shown | null {
  const known = useKnown();
  const isReached = useConnection();
  const [now, setNow] = useState(Date.now);
  useAsked([userId]);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), AGAIN_MS);
    return () => window.clearInterval(timer);
  }, []);
  return shownOf(known.get(userId) ?? null, now, isReached);
}
