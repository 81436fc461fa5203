import "./standing.css";
import { SendHorizontal } from "lucide-react";
import { Direction, type EventStatus, EventType, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import { useCallback, useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Label } from "react-aria-components/Label";
import { TextArea } from "react-aria-components/TextArea";
import { TextField } from "react-aria-components/TextField";
import { useTranslation } from "react-i18next";
import { useAttempt } from "../../shell/attempt";
import { useClient, useFromClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Page } from "../../widgets/Page";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { Wrong } from "../../widgets/Wrong";
import { discard, retry } from "../chats/deeds";
import { LIST_EVENTS } from "../chats/rooms";
import { Answer } from "./Answer";
import { NoticeCard } from "./NoticeCard";
import { noticeOf } from "./notices";

const PAGE = 30;

interface Told {
  readonly id: string;
  readonly event: MatrixEvent;
  readonly status: EventStatus | null;
}

/** The notices room: what was decided, as cards with what can be done, and what the account answered. */
export function NoticesPage({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const client = useClient();
  const read = useCallback(
    (from: MatrixClient) => {
      const room = from.getRoom(roomId);
      const timeline = room?.getLiveTimeline();
      const events = [...(timeline?.getEvents() ?? []), ...(room?.getPendingEvents() ?? [])];
      return {
        room,
        hasOlder: Boolean(timeline?.getPaginationToken(Direction.Backward)),
        told: events
          .filter((one) => one.getType() === EventType.RoomMessage && !one.isRedacted())
          .map((event): Told => ({ id: event.getId() ?? "", event, status: event.status })),
      };
    },
    [roomId],
  );
  const { room, hasOlder, told } = useFromClient(LIST_EVENTS, read);
  const { wrong, attempt } = useAttempt();
  const end = useRef<HTMLDivElement>(null);
  const newest = told.at(-1)?.event;

  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
    // Unread stays unread where the receipt does not arrive; nothing is lost.
    if (newest?.status === null) client.sendReadReceipt(newest).catch(() => undefined);
  }, [client, newest]);

  async function older(): Promise<void> {
    if (room !== null) await attempt(() => client.scrollback(room, PAGE));
  }

  return (
    <>
      <TopBar title={t("notices.name")} back="/chats" />
      <Page className="notices" isLive>
        <Wrong text={wrong} />
        {hasOlder && (
          // The same button, so that it keeps the focus.
          <BusyButton onPress={older}>{t(wrong === null ? "notices.older" : "errors.retry")}</BusyButton>
        )}
        {told.length === 0 && !hasOlder && <Result kind="plain" title={t("notices.empty")} />}
        {told.map(({ id, event, status }) =>
          event.getSender() === client.getUserId() ? (
            <Answer
              key={id}
              event={event}
              status={status}
              onRetry={() => room !== null && retry(client, room, { id })}
              onDiscard={() => room !== null && discard(client, room, { id })}
            />
          ) : (
            <NoticeCard key={id} notice={noticeOf(event)} at={event.getTs()} />
          ),
        )}
        <div ref={end} />
      </Page>
      <footer>
        <AnswerForm roomId={roomId} />
      </footer>
    </>
  );
}

function AnswerForm({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const client = useClient();
  const [text, setText] = useState("");

  function send(): void {
    if (text.trim() === "") return;
    // What does not arrive stays in the conversation, marked.
    client.sendTextMessage(roomId, text.trim()).catch(() => undefined);
    setText("");
  }

  return (
    <form
      className="answering"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <TextField className="field" value={text} onChange={setText}>
        <Label className="sr-only">{t("notices.answer")}</Label>
        <TextArea rows={1} placeholder={t("notices.answer_hint")} />
      </TextField>
      <Button className="icon-button" type="submit" aria-label={t("chats.send")}>
        <SendHorizontal size={24} aria-hidden />
      </Button>
    </form>
  );
}
