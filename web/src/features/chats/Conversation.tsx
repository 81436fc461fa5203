import type { Room } from "matrix-js-sdk";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { wordsIn } from "../../model/media";
import { EVERYBODY } from "../../model/mentions";
import { lastRead } from "../../model/readers";
import { MESSAGES } from "../../model/rows";
import { type Said, saidOf } from "../../model/said";
import { useClient } from "../../shell/client";
import { showRefusal } from "../../shell/refusals";
import { Waiting } from "../../widgets/Waiting";
import { partnerIn } from "../contacts/people";
import { NewKeys } from "../keys/lateBar";
import { attachmentOf } from "../media/attachment";
import { Outgoing } from "../media/Outgoing";
import { useWithUploads } from "../media/uploads";
import { useSave } from "../media/useSave";
import { openReport } from "../report/openReport";
import { RestrictedBar } from "../standing/Restricted";
import { useRestriction } from "../standing/useRestriction";
import { player } from "../voice/player";
import { Composer } from "./Composer";
import type { Target } from "./composerTools";
import { discard, mayDelete, react, retry, say } from "./deeds";
import { Face } from "./Face";
import { GiveUpSheet } from "./GiveUpSheet";
import { MovedBar, useMoved } from "./MovedBar";
import { ACTIONS } from "./messageActions";
import { News } from "./News";
import { OpenBar } from "./OpenBar";
import { type Open, OpenSheets } from "./OpenSheets";
import { RefusedDeed } from "./RefusedDeed";
import { ThreadNews } from "./ThreadNews";
import { TimelineView } from "./TimelineView";
import { type Action, type Talk, TalkContext } from "./talk";
import { useConnection } from "./useConnection";
import { useCopy } from "./useCopy";
import { useDoing } from "./useDoing";
import { useFeed } from "./useFeed";
import { type Missing, useGoal } from "./useGoal";
import { type People, usePeople } from "./usePeople";
import { useReaders, useReading } from "./useReading";
import { useRows } from "./useRows";
import { useTyping } from "./useTyping";
import { useUnread } from "./useUnread";

interface ConversationProps {
  room: Room;
  threadId: string | null;
  /** A message to begin at. */
  goTo: string | null;
}

/** What is said in a room or in one thread of it, and something to say. */
export function Conversation({ room, threadId, goTo }: ConversationProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const me = client.getSafeUserId();
  const { roomId } = room;
  const { feed, state } = useFeed(roomId, threadId);
  const timeline = useWithUploads(state.timeline, roomId, threadId, me);
  const { wrong: notSaved, save } = useSave();
  const { copied, copy } = useCopy();
  const people = usePeople(room);
  const reading = useReaders(room);
  const onTyping = useTyping(roomId);
  const isOnline = useConnection();
  const [isAtEnd, setAtEnd] = useState(false);
  const [open, setOpen] = useState<Open>(null);
  const { doing, setDoing, focusAt, focus, write, ...half } = useDoing();
  const { loadUpTo } = feed;
  const { readUpTo, isOnTheWay } = useUnread({ room, me, timeline, threadId, goTo, loadUpTo });
  const isMoved = useMoved(room);
  const [missing, setMissing] = useState<Missing | null>(null);
  const partner = partnerIn(client, roomId);
  const restriction = useRestriction(partner === null ? "chat.group.send" : `chat.dm.existing:${partner}`);
  const { goal, jumpTo } = useGoal(loadUpTo, goTo, setMissing);
  useReading(room, threadId, timeline, isAtEnd);
  useEffect(() => player.stop, []);

  const rows = useRows(timeline, { me, readUpTo });
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

  const all = { userId: EVERYBODY, name: t("talk.everybody") };

  function act(action: Action, said: Said): void {
    if (restriction !== null && (action === "reply" || action === "edit")) showRefusal(restriction);
    else if (action === "reply" || action === "edit") write({ kind: action, said });
    else if (action === "thread")
      go(`/chats/${encodeURIComponent(roomId)}/thread/${encodeURIComponent(said.id)}`);
    else if (action === "delete" || action === "forward" || action === "readers" || action === "keep")
      setOpen({ kind: action, said });
    else if (action === "copy") copy(wordsIn(said.type, said.content));
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
    calledOf: people.calledOf,
    Face,
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
    // The answer went along with them; another wording is still being written.
    if (isSent) setDoing((now) => (now?.kind === "reply" ? null : now));
    // On a phone the keyboard would come up, over what was just sent.
    if (matchMedia("(pointer: fine)").matches) focus();
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

  return (
    <TalkContext value={talk}>
      {!isOnline && <Banner>{t("talk.offline")}</Banner>}
      {missing !== null && <Banner>{t(missing === "gone" ? "talk.missing" : "talk.not_reached")}</Banner>}
      {notSaved !== null && <Banner role="alert">{notSaved}</Banner>}
      {copied !== null && <Banner>{t(copied === "copied" ? "talk.copied" : "talk.not_copied")}</Banner>}
      <RefusedDeed roomId={roomId} />
      <main className="conversation">
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
            isOnTheWay={isOnTheWay || (goTo !== null && goal === null && missing === null)}
            me={me}
            onEnd={setAtEnd}
          />
        )}
        <News timeline={state.timeline} />
        {threadId === null && <ThreadNews room={room} />}
        <Outgoing target={target} onDone={afterFiles} />
      </main>
      <NewKeys room={room} nameOf={people.nameOf} />
      {isMoved ? (
        <MovedBar room={room} />
      ) : restriction === null ? (
        <>
          <OpenBar room={room} />
          <Composer
            target={target}
            people={mayCallAll(room, me, people) ? [...people.others, all] : people.others}
            doing={doing}
            focusAt={focusAt}
            onStop={() => setDoing(null)}
            onSend={(text, mentioned, complete) => {
              say(client, target, doing, text, mentioned, complete);
              setDoing(null);
            }}
            onHalfWritten={half.onHalfWritten}
            onEditLast={editLast}
            onTyping={onTyping}
          />
        </>
      ) : (
        <footer className="composing">
          <RestrictedBar refusal={restriction} />
        </footer>
      )}
      <GiveUpSheet isOpen={half.isAsked} onGiveUp={half.giveUp} onGoOn={half.goOn} />
      <OpenSheets
        room={room}
        timeline={timeline}
        people={people}
        inThread={threadId !== null}
        open={open}
        onOpen={setOpen}
        onOlder={onOlder}
      />
    </TalkContext>
  );
}

/** Say whether somebody may speak to everybody at once: the others' apps believe it only then. */
function mayCallAll(room: Room, me: string, { isGroup }: People): boolean {
  return isGroup && room.currentState.mayTriggerNotifOfType("room", me);
}

function Banner({ role = "status", children }: { role?: "status" | "alert"; children: ReactNode }) {
  return (
    <p className="banner" role={role}>
      {children}
    </p>
  );
}
