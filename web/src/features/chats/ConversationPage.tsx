import "./chats.css";
import { SendHorizontal } from "lucide-react";
import {
  EventStatus,
  EventType,
  KnownMembership,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";
import { useCallback, useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Label } from "react-aria-components/Label";
import { TextArea } from "react-aria-components/TextArea";
import { TextField } from "react-aria-components/TextField";
import { useTranslation } from "react-i18next";
import { useClient, useFromClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { AboutTool } from "../groups/AboutTool";
import { LIST_EVENTS, sentenceOf } from "./rooms";

interface Said {
  readonly id: string;
  readonly event: MatrixEvent;
  readonly status: EventStatus | null;
  readonly failed: boolean;
}

function saidIn(room: Room | null): Said[] {
  if (room === null) return [];
  return [...room.getLiveTimeline().getEvents(), ...room.getPendingEvents()]
    .filter((event) =>
      [EventType.RoomMessage, EventType.RoomMessageEncrypted].includes(event.getType() as EventType),
    )
    .filter((event) => !event.isRedacted())
    .map((event) => ({
      id: event.getId() ?? event.getTxnId() ?? "",
      event,
      status: event.status,
      failed: event.isDecryptionFailure(),
    }));
}

/** One conversation: what was said, and something to say. */
export function ConversationPage({ params }: PageProps) {
  const roomId = params["roomId"] ?? "";
  const { t } = useTranslation();
  const client = useClient();
  const read = useCallback(
    (from: MatrixClient) => {
      const room = from.getRoom(roomId);
      return { room, name: room?.name ?? "", membership: room?.getMyMembership(), said: saidIn(room) };
    },
    [roomId],
  );
  const { room, name, membership, said } = useFromClient(LIST_EVENTS, read);
  const end = useRef<HTMLDivElement>(null);
  const last = said.at(-1);

  const newest = last?.event;
  const isSent = last?.status === null;
  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
    if (newest !== undefined && isSent) void client.sendReadReceipt(newest);
  }, [client, newest, isSent]);

  if (membership === KnownMembership.Invite) {
    return (
      <>
        <TopBar title={name} back="/chats" />
        <Result
          kind="plain"
          title={`${room?.getDMInviter() ?? name} ${t("chats.invited")}`}
          action={t("chats.accept")}
          onAction={() => void client.joinRoom(roomId)}
        />
      </>
    );
  }
  return (
    <>
      <TopBar title={name} back="/chats">
        <AboutTool roomId={roomId} />
      </TopBar>
      <main className="talk" aria-live="polite">
        {said.map((one) => (
          <Bubble key={one.id} said={one} mine={one.event.getSender() === client.getUserId()} />
        ))}
        <div ref={end} />
      </main>
      <footer>
        <Composer roomId={roomId} label={t("chats.message")} />
      </footer>
    </>
  );
}

function Bubble({ said, mine }: { said: Said; mine: boolean }) {
  const { t } = useTranslation();
  const { event, status } = said;
  return (
    <div className={mine ? "bubble mine" : "bubble"}>
      <span className={mine ? "sr-only" : "who"}>{mine ? t("chats.you") : event.sender?.name}</span>
      {sentenceOf(event, t)}
      {status !== null && status !== EventStatus.SENT && (
        <span className="state">
          {status === EventStatus.NOT_SENT ? t("chats.failed") : t("chats.sending")}
        </span>
      )}
    </div>
  );
}

function Composer({ roomId, label }: { roomId: string; label: string }) {
  const { t } = useTranslation();
  const client = useClient();
  const kept = `courtyard.draft.${roomId}`;
  const [text, setText] = useState(() => localStorage.getItem(kept) ?? "");

  function write(now: string): void {
    setText(now);
    if (now === "") localStorage.removeItem(kept);
    else localStorage.setItem(kept, now);
  }

  function send(): void {
    const body = text.trim();
    if (body === "") return;
    write("");
    // What does not arrive stays in the conversation, marked.
    client.sendTextMessage(roomId, body).catch(() => undefined);
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <TextField className="field" value={text} onChange={write} aria-label={label}>
        <Label className="sr-only">{label}</Label>
        <TextArea
          rows={1}
          placeholder={label}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
              event.preventDefault();
              send();
            }
          }}
        />
      </TextField>
      <Button className="icon-button" type="submit" aria-label={t("chats.send")}>
        <SendHorizontal size={24} aria-hidden />
      </Button>
    </form>
  );
}
