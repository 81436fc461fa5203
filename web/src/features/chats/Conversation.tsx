import type { Room } from "matrix-js-sdk";
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { wordsIn } from "../../model/media";
import { lastRead } from "../../model/readers";
import { MESSAGES, rowsOf } from "../../model/rows";
import { type Said, saidOf } from "../../model/said";
import type { Timeline } from "../../model/timeline";
import { useClient } from "../../shell/client";
import { showRefusal } from "../../shell/refusals";
import { Waiting } from "../../widgets/Waiting";
import { partnerIn } from "../contacts/people";
import { attachmentOf } from "../media/attachment";
import { Outgoing } from "../media/Outgoing";
import { useWithUploads } from "../media/uploads";
import { useSave } from "../media/useSave";
import { openReport } from "../report/openReport";
import { RestrictedBar } from "../standing/Restricted";
import { useRestriction } from "../standing/useRestriction";
import { KeepSheet } from "../stickers/KeepSheet";
import { player } from "../voice/player";
import { Composer, type Doing } from "./Composer";
import type { Target } from "./composerTools";
import { DeleteSheet } from "./DeleteSheet";
import { discard, mayDelete, react, remove, retry, say } from "./deeds";
import { ForwardSheet } from "./ForwardSheet";
import { MessageSheet } from "./MessageSheet";
import { ACTIONS } from "./messageActions";
import { News } from "./News";

import { ReadersSheet } from "./ReadersSheet";

import { RefusedDeed } from "./RefusedDeed";

import { TimelineView } from "./TimelineView";
import { type Action, type Talk, TalkContext } from "./talk";
import { useConnection } from "./useConnection";
import { useFeed } from "./useFeed";
import { usePeople } from "./usePeople";
import { useReaders, useReading } from "./useReading";
import { useTyping } from "./useTyping";

const MediaViewer = lazy(async () => ({ default: (await import("../media/MediaViewer")).MediaViewer }));

type Open = {
  readonly kind: "actions" | "delete" | "forward" | "view" | "readers" | "keep";
  readonly said: Said;
} | null;

interface ConversationProps {
  room: Room;
  threadId: string | null;
  /** A message to begin at. */
  goTo: string | null;
  /** What stands above the messages. */
  head?: ReactNode;
}

/** What is said in a room or in one thread of it, and something to say. */
export function Conversation({ room, threadId, goTo, head }: ConversationProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const me = client.getSafeUserId();
  const { roomId } = room;
  const { feed, state } = useFeed(roomId, threadId);
  const timeline = useWithUploads(state.timeline, roomId, threadId, me);
  const { wrong: notSaved, save } = useSave();
  const people = usePeople(room);
  const reading = useReaders(room);
  const onTyping = useTyping(roomId);
  const isOnline = useConnection();
  const [isAtEnd, setAtEnd] = useState(goTo === null);
  const [open, setOpen] = useState<Open>(null);
  const [doing, setDoing] = useState<Doing>(null);
  const [focusAt, setFocusAt] = useState(0);
  const [readUpTo] = useState(() => (threadId === null ? unreadAfter(room, me, timeline) : null));
  const [missing, setMissing] = useState(false);
  const partner = partnerIn(client, roomId);
  const restriction = useRestriction(partner === null ? "chat.group.send" : `chat.dm.existing:${partner}`);
  const { goal, jumpTo } = useGoal(feed.loadUpTo, goTo, setMissing);
  useReading(room, threadId, timeline, isAtEnd);
  useEffect(() => player.stop, []);

  const rows = useMemo(() => rowsOf(timeline, { me, readUpTo }), [timeline, me, readUpTo]);
  const onOlder = useCallback(() => void feed.loadOlder(), [feed]);
  const readUnder = useMemo(
    () =>
      lastRead(
        timeline,
        me,
        (type) => MESSAGES.has(type),
        (id) => reading.count(id) > 0,
      ),
    [timeline, me, reading],
  );
  const target: Target = { roomId, threadId, replyTo: doing?.kind === "reply" ? doing.said.id : null };

  function write(next: Doing): void {
    setDoing(next);
    setFocusAt((at) => at + 1);
  }

  function act(action: Action, said: Said): void {
    if (restriction !== null && (action === "reply" || action === "edit")) showRefusal(restriction);
    else if (action === "reply" || action === "edit") write({ kind: action, said });
    else if (action === "thread")
      go(`/chats/${encodeURIComponent(roomId)}/thread/${encodeURIComponent(said.id)}`);
    else if (action === "delete" || action === "forward" || action === "readers" || action === "keep")
      setOpen({ kind: action, said });
    else if (action === "copy") void navigator.clipboard.writeText(wordsIn(said.type, said.content));
    else if (action === "save") {
      const file = attachmentOf(said);
      if (file !== null) void save(file);
    } else if (action === "report") openReport({ kind: "message", roomId, eventId: said.id });
    else if (action === "retry") retry(client, room, said);
    else discard(client, room, said);
  }

  const talk: Talk = {
    me,
    roomId,
    inThread: threadId !== null,
    isGroup: people.isGroup,
    nameOf: people.nameOf,
    mayDelete: (userId) => mayDelete(room, userId),
    said: (id) => saidOf(timeline, id, me),
    now: () => feed.get().timeline,
    readersOf: ({ id }) => reading.count(id),
    allReaders: ({ id }) => reading.readers(id),
    lastRead: readUnder,
    react: (said, key) => react(client, roomId, said, key),
    act,
    open: (said) => setOpen({ kind: "actions", said }),
    view: (said) => setOpen({ kind: "view", said }),
    jumpTo,
  };

  function afterFiles(isSent: boolean): void {
    if (isSent) setDoing(null);
    // On a phone the keyboard would come up, over what was just sent.
    if (matchMedia("(pointer: fine)").matches) setFocusAt((at) => at + 1);
  }

  function editLast(): void {
    const edit = ACTIONS.find(({ action }) => action === "edit");
    const asking = { mine: true, inThread: false, isGroup: false, mayDelete: false };
    for (const id of timeline.order.toReversed()) {
      const said = saidOf(timeline, id, me);
      if (said?.sender !== me || said.about !== undefined || !edit?.applies(said, asking)) continue;
      write({ kind: "edit", said });
      return;
    }
  }

  const opened = (kind: NonNullable<Open>["kind"]) => (open?.kind === kind ? open.said : null);
  const close = () => setOpen(null);
  return (
    <TalkContext value={talk}>
      {!isOnline && (
        <p className="banner" role="status">
          {t("talk.offline")}
        </p>
      )}
      {missing && (
        <p className="banner" role="status">
          {t("talk.missing")}
        </p>
      )}
      {notSaved !== null && (
        <p className="banner" role="alert">
          {notSaved}
        </p>
      )}
      <RefusedDeed roomId={roomId} />
      <main className="conversation">
        {head}
        {rows.length === 0 && state.isLoading ? (
          <Waiting />
        ) : (
          <TimelineView
            rows={rows}
            timeline={timeline}
            label={t("talk.messages")}
            history={state}
            onOlder={onOlder}
            goal={goal}
            me={me}
            onEnd={setAtEnd}
          />
        )}
        <News timeline={state.timeline} />
        <Outgoing target={target} onDone={afterFiles} />
      </main>
      {restriction === null ? (
        <Composer
          target={target}
          people={people.others}
          doing={doing}
          focusAt={focusAt}
          onStop={() => setDoing(null)}
          onSend={(text, mentioned, complete) => {
            say(client, target, doing, text, mentioned, complete);
            setDoing(null);
          }}
          onEditLast={editLast}
          onTyping={onTyping}
        />
      ) : (
        <footer className="composing">
          <RestrictedBar refusal={restriction} />
        </footer>
      )}
      <MessageSheet
        said={opened("actions")}
        asking={{
          mine: open?.said.sender === me,
          inThread: threadId !== null,
          isGroup: people.isGroup,
          mayDelete: mayDelete(room, me),
        }}
        onClose={close}
      />
      <DeleteSheet said={opened("delete")} onClose={close} onDelete={(said) => remove(client, room, said)} />
      <ForwardSheet said={opened("forward")} onClose={close} />
      {open?.kind === "view" && (
        <Suspense>
          <MediaViewer
            pictures={picturesOf(timeline, me)}
            lookAt={open.said.key}
            nameOf={people.nameOf}
            onLook={(said) => setOpen({ kind: "view", said })}
            onOlder={onOlder}
            onForward={(said) => setOpen({ kind: "forward", said })}
            onClose={close}
          />
        </Suspense>
      )}
      <ReadersSheet said={opened("readers")} others={people.others} onClose={close} />
      <KeepSheet said={opened("keep")} onClose={close} />
    </TalkContext>
  );
}

/** Return the pictures that are loaded, the oldest first. */
function picturesOf(timeline: Timeline, me: string): Said[] {
  return timeline.order.flatMap((id) => {
    const fact = timeline.facts.get(id);
    const isPicture = fact?.about === undefined && fact?.content["msgtype"] === "m.image";
    const said = isPicture ? saidOf(timeline, id, me) : null;
    const file = said && attachmentOf(said);
    return said !== null && file?.kind === "image" && file.source !== null ? [said] : [];
  });
}

/** Return the event up to which all has been read, if others have said something since. */
function unreadAfter(room: Room, me: string, timeline: Timeline): string | null {
  const readUpTo = room.getEventReadUpTo(me);
  const since = timeline.order.slice(timeline.order.lastIndexOf(readUpTo ?? "") + 1);
  const isUnread = since.some((id) => {
    const fact = timeline.facts.get(id);
    return fact !== undefined && fact.sender !== me && MESSAGES.has(fact.type);
  });
  return isUnread ? readUpTo : null;
}

/** Go to a message, once it is loaded. */
function useGoal(
  loadUpTo: (id: string) => Promise<boolean>,
  first: string | null,
  onMissing: (isMissing: boolean) => void,
) {
  const [goal, setGoal] = useState<{ id: string; at: number } | null>(null);
  const jumpTo = useCallback(
    (id: string) => {
      loadUpTo(id)
        .then((isThere) => {
          onMissing(!isThere);
          if (isThere) setGoal((before) => ({ id, at: (before?.at ?? 0) + 1 }));
        })
        .catch(() => onMissing(true));
    },
    [loadUpTo, onMissing],
  );
  const asked = useRef<string | null>(null);
  if (first !== null && asked.current !== first) {
    asked.current = first;
    queueMicrotask(() => jumpTo(first));
  }
  return { goal, jumpTo };
}
