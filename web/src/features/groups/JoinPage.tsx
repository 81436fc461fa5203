import "../contacts/contacts.css";
import "./groups.css";
import { KnownMembership, type MatrixClient, RoomEvent, type RoomSummary } from "matrix-js-sdk";
import { useCallback, useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useAttempt } from "../../shell/attempt";
import { useClient, useFromClient } from "../../shell/client";
import { usePicture } from "../../shell/picture";
import type { PageProps } from "../../shell/routes";
import { Avatar } from "../../widgets/Avatar";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { Wrong } from "../../widgets/Wrong";

const EVENTS = [RoomEvent.MyMembership] as const;

/** Where a group's code leads: what it is, and the way in that it allows. */
export function JoinPage({ params }: PageProps) {
  const asked = params["roomId"] ?? "";
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [summary, setSummary] = useState<RoomSummary | "none" | null>(null);
  const [via] = useState(() => new URLSearchParams(location.search).getAll("via"));
  const { busy, wrong, attempt } = useAttempt();
  const roomId = summary === null || summary === "none" ? asked : summary.room_id;
  const membership = useFromClient(
    EVENTS,
    useCallback((from: MatrixClient) => from.getRoom(roomId)?.getMyMembership() ?? null, [roomId]),
  );
  const hasAsked = useRef(false);
  if (membership === KnownMembership.Knock) hasAsked.current = true;

  useEffect(() => {
    client.getRoomSummary(asked, via).then(setSummary, () => setSummary("none"));
  }, [client, asked, via]);

  useEffect(() => {
    if (membership === KnownMembership.Join) go(`/chats/${encodeURIComponent(roomId)}`, { replace: true });
    // One has asked, and been let in: that needs no second yes.
    else if (membership === KnownMembership.Invite && hasAsked.current) void client.joinRoom(roomId);
  }, [client, membership, roomId, go]);

  if (summary === null) return <Waiting />;
  if (summary === "none" && membership === null) {
    return (
      <>
        <TopBar title={t("groups.group")} back="/contacts" />
        <Result kind="bad" title={t("groups.closed")} text={t("groups.closed_hint")} />
      </>
    );
  }
  const facts = summary === "none" ? null : summary;
  const isOpen = facts?.join_rule === "public" || membership === KnownMembership.Invite;
  const mayAsk = ["knock", "knock_restricted"].includes(String(facts?.join_rule));
  return (
    <>
      <TopBar title={t("groups.group")} back="/contacts" />
      <main className="scroll page">
        <div className="card code-card">
          <Picture summary={facts} roomId={roomId} />
          <h2>{facts?.name ?? t("groups.group")}</h2>
          {facts !== null && (
            <p className="muted">{t("groups.count", { count: facts.num_joined_members })}</p>
          )}
          {facts?.topic && <p>{facts.topic}</p>}
          <Wrong text={wrong} />
          {membership === KnownMembership.Knock ? (
            <>
              <p role="status">{t("groups.asked")}</p>
              <Button
                className="button"
                isDisabled={busy}
                onPress={() => void attempt(() => client.leave(roomId))}
              >
                {t("groups.withdraw")}
              </Button>
            </>
          ) : isOpen ? (
            <Button
              className="button primary"
              isDisabled={busy}
              onPress={() => void attempt(() => client.joinRoom(asked, { viaServers: via }))}
            >
              {t("groups.join")}
            </Button>
          ) : mayAsk ? (
            <>
              <p className="muted">{t("groups.ask_hint")}</p>
              <Button
                className="button primary"
                isDisabled={busy}
                onPress={() => void attempt(() => client.knockRoom(asked, { viaServers: via }))}
              >
                {t("groups.ask")}
              </Button>
            </>
          ) : (
            <p>{t("groups.closed_hint")}</p>
          )}
        </div>
      </main>
    </>
  );
}

function Picture({ summary, roomId }: { summary: RoomSummary | null; roomId: string }) {
  const src = usePicture(summary?.avatar_url, 84);
  return <Avatar id={roomId} name={summary?.name ?? "?"} src={src} large />;
}
