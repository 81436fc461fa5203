import "./chats.css";
import "./talk.css";
import { KnownMembership, type MatrixClient, type Room } from "matrix-js-sdk";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useAttempt } from "../../shell/attempt";
import { useClient, useFromClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { Result } from "../../widgets/Result";
import { Wrong } from "../../widgets/Wrong";
import { CallStrip } from "../calls/group/CallStrip";
import { accept, decline, declineAndBlock, invitation, PEOPLE_EVENTS, roomName } from "../contacts/people";
import { RequestRow } from "../contacts/RequestRow";
import { NoticesPage } from "../standing/NoticesPage";
import { isNoticesRoom } from "../standing/notices";
import { Conversation } from "./Conversation";
import { LIST_EVENTS } from "./rooms";
import { TalkBar } from "./TalkBar";

/** One conversation: what was said, and something to say. */
export function ConversationPage({ params }: PageProps) {
  const roomId = params["roomId"] ?? "";
  const { t } = useTranslation();
  const read = useCallback(
    (from: MatrixClient) => {
      const room = from.getRoom(roomId);
      return { room, name: room === null ? "" : roomName(from, room), membership: room?.getMyMembership() };
    },
    [roomId],
  );
  const { room, name, membership } = useFromClient(LIST_EVENTS, read);

  if (isNoticesRoom(room)) return <NoticesPage roomId={roomId} />;
  if (room === null || (membership !== KnownMembership.Join && membership !== KnownMembership.Invite)) {
    return (
      <>
        <TalkBar room={null} name={name} />
        <main className="scroll">
          <Result kind="plain" title={t("talk.not_here")} text={t("talk.not_here_hint")} />
        </main>
      </>
    );
  }
  if (membership === KnownMembership.Invite) {
    return (
      <>
        <TalkBar room={null} name={name} />
        <Invitation room={room} />
      </>
    );
  }
  return (
    <>
      <TalkBar room={room} name={name} />
      <CallStrip room={room} />
      <Conversation room={room} threadId={null} goTo={params["eventId"] ?? null} />
    </>
  );
}

/** Somebody asks one to come: come, or not. */
function Invitation({ room }: { room: Room }) {
  const client = useClient();
  const [, go] = useLocation();
  const { busy, wrong, attempt } = useAttempt();
  const request = useFromClient(
    PEOPLE_EVENTS,
    useCallback((from: MatrixClient) => invitation(from, room), [room]),
  );

  async function refuse(how: typeof decline): Promise<void> {
    if (await attempt(() => how(client, request))) go("/chats");
  }

  return (
    <main className="scroll page">
      <ul className="card plain-list">
        <RequestRow
          request={request}
          busy={busy}
          onAccept={() => attempt(() => accept(client, request))}
          onDecline={() => refuse(decline)}
          onBlock={() => refuse(declineAndBlock)}
        />
      </ul>
      <Wrong text={wrong} />
    </main>
  );
}
