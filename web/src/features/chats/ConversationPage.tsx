import "./chats.css";
import "./talk.css";
import { KnownMembership, type MatrixClient, type Room } from "matrix-js-sdk";
import { useCallback, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useClient, useFromClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { wordsFor } from "../../shell/words";
import { Result } from "../../widgets/Result";
import { Wrong } from "../../widgets/Wrong";
import { CallStrip } from "../calls/group/CallStrip";
import { accept, invitation } from "../contacts/people";
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
      return { room, name: room?.name ?? "", membership: room?.getMyMembership() };
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
        <Invitation room={room} name={name} />
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
function Invitation({ room, name }: { room: Room; name: string }) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [wrong, setWrong] = useState<string | null>(null);
  const inviter = room.getMember(client.getSafeUserId())?.events.member?.getSender();
  const who = room.getMember(inviter ?? "")?.name ?? inviter ?? name;

  function answer(told: Promise<unknown>): void {
    setWrong(null);
    told.catch((error: unknown) => setWrong(wordsFor(error, t)));
  }

  return (
    <main className="scroll">
      <div className="result-page">
        <Result
          kind="plain"
          title={`${who} ${t("chats.invited")}`}
          action={t("chats.accept")}
          onAction={() => answer(accept(client, invitation(client, room)))}
        />
        <Wrong text={wrong} />
        <Button
          className="button plain"
          onPress={() => answer(client.leave(room.roomId).then(() => go("/chats")))}
        >
          {t("chats.decline")}
        </Button>
      </div>
    </main>
  );
}
