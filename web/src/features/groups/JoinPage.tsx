import "../contacts/contacts.css";
import "./groups.css";
import { KnownMembership, type MatrixClient, RoomEvent, type RoomSummary } from "matrix-js-sdk";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { wordOf } from "../../model/fields";
import { entryOf } from "../../model/group";
import { viaOf } from "../../model/link";
import { useAttempt } from "../../shell/attempt";
import { useClient, useFromClient } from "../../shell/client";
import { Failure } from "../../shell/Failure";
import { usePicture } from "../../shell/picture";
import type { PageProps } from "../../shell/routes";
import { Avatar } from "../../widgets/Avatar";
import { BusyButton } from "../../widgets/BusyButton";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { Wrong } from "../../widgets/Wrong";
import { ReportButton } from "../report/ReportButton";
import { Restricted } from "../standing/Restricted";
import { isClosed, useSummary } from "./useSummary";

const EVENTS = [RoomEvent.MyMembership] as const;

/** Where a group's code leads: what it is, and the way in that it allows. */
export function JoinPage({ params }: PageProps) {
  const asked = params["roomId"] ?? "";
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [via] = useState(() => viaOf(location.search));
  const { wrong, attempt } = useAttempt();
  const { summary, failure, again } = useSummary(asked, via);
  const roomId = summary?.room_id ?? asked;
  const topic = wordOf(summary?.topic);
  const membership = useFromClient(
    EVENTS,
    useCallback((from: MatrixClient) => from.getRoom(roomId)?.getMyMembership() ?? null, [roomId]),
  );

  useEffect(() => {
    if (membership === KnownMembership.Join) go(`/chats/${encodeURIComponent(roomId)}`, { replace: true });
  }, [membership, roomId, go]);

  const isKnown = membership === KnownMembership.Invite || membership === KnownMembership.Knock;
  if (summary === null && (failure === null || !isKnown)) {
    return (
      <>
        <TopBar title={t("groups.group")} back="/contacts" />
        <main className="scroll page">
          {failure === null && <Waiting />}
          {failure !== null && isClosed(failure) && (
            <Result kind="bad" title={t("groups.closed")} text={t("groups.closed_hint")} />
          )}
          {failure !== null && !isClosed(failure) && <Failure error={failure} onAgain={again} />}
        </main>
      </>
    );
  }
  return (
    <>
      <TopBar title={t("groups.group")} back="/contacts" />
      <main className="scroll page">
        <div className="card code-card">
          <Picture summary={summary} roomId={roomId} />
          <h2>{wordOf(summary?.name) || t("groups.group")}</h2>
          {summary !== null && (
            <p className="muted">{t("groups.count", { count: summary.num_joined_members })}</p>
          )}
          {topic !== "" && <p>{topic}</p>}
          <Restricted to={["chat.group.join"]} />
          <Wrong text={wrong} />
          <WayIn
            membership={membership}
            rule={summary?.join_rule}
            onWithdraw={() => attempt(() => client.leave(roomId))}
            onJoin={() => attempt(() => client.joinRoom(asked, { viaServers: via }))}
            onAsk={() => attempt(() => client.knockRoom(asked, { viaServers: via }))}
          />
          <ReportButton subject={{ kind: "room", roomId }} />
        </div>
      </main>
    </>
  );
}

interface WayInProps {
  membership: string | null;
  /** Who may come in; undefined: nobody can say. */
  rule: string | undefined;
  onWithdraw: () => Promise<unknown>;
  onJoin: () => Promise<unknown>;
  onAsk: () => Promise<unknown>;
}

/** The one thing that can be done to come in, or what was done already. */
function WayIn({ membership, rule, onWithdraw, onJoin, onAsk }: WayInProps) {
  const { t } = useTranslation();
  if (membership === KnownMembership.Knock) {
    return (
      <>
        <p role="status">{t("groups.asked")}</p>
        <BusyButton onPress={onWithdraw}>{t("groups.withdraw")}</BusyButton>
      </>
    );
  }
  const entry = membership === KnownMembership.Invite ? "public" : entryOf(rule);
  if (entry === "public" || entry === "restricted") {
    return (
      <>
        {/* Whether one is in one of those groups, the server says when one tries. */}
        {entry === "restricted" && <p className="muted">{t("groups.restricted_hint")}</p>}
        <BusyButton className="button primary" onPress={onJoin}>
          {t("groups.join")}
        </BusyButton>
      </>
    );
  }
  if (entry === "invite") return <p>{t("groups.closed_hint")}</p>;
  return (
    <>
      <p className="muted">{t("groups.ask_hint")}</p>
      <BusyButton className="button primary" onPress={onAsk}>
        {t("groups.ask")}
      </BusyButton>
    </>
  );
}

function Picture({ summary, roomId }: { summary: RoomSummary | null; roomId: string }) {
  const src = usePicture(summary?.avatar_url, 84);
  return <Avatar id={roomId} name={wordOf(summary?.name) || "?"} src={src} large />;
}
