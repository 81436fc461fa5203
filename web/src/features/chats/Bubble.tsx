import type { TFunction } from "i18next";
import { Check, CheckCheck, Clock, LockOpen } from "lucide-react";
import { useId } from "react";
import { Button } from "react-aria-components/Button";
import { Link } from "wouter";
import { isRightToLeft } from "../../model/direction";
import { msgtypeOf } from "../../model/fields";
import type { Said } from "../../model/said";
import { answersTo } from "../../model/said";
import { heldBackBy } from "../../protocol/isolation";
import { useQuickWords } from "../../shell/quickWords";
import { isRefused, wordsFor } from "../../shell/words";
import { useUpload } from "../media/uploads";
import { bodyOf } from "./bodies/registry";
import { DoubtMark } from "./DoubtMark";
import { timeOf } from "./days";
import { Quote } from "./Quote";
import { Reactions } from "./Reactions";
import { ReadLine } from "./ReadLine";
import { useTalk } from "./talk";
import { useLongPress } from "./useLongPress";

interface BubbleProps {
  said: Said;
  first: boolean;
  last: boolean;
  isActive: boolean;
  place: number;
  id: string;
}

/** One message: its body, who said it and when, what it answers, and what people made of it. */
export function Bubble({ said, first, last, isActive, place, id }: BubbleProps) {
  const { t, locale } = useQuickWords();
  const talk = useTalk();
  const mine = said.sender === talk.me;
  const Body = bodyOf(said);
  const press = useLongPress(() => talk.open(said));
  const described = useId();
  const time = timeOf(said.at, locale);
  const name = mine ? t("chats.you") : talk.nameOf(said.sender);
  const showsName = talk.isGroup && !mine && first;
  const reply = answersTo(said.content);
  const classes = [
    "said",
    mine && "mine",
    first && "first",
    last && "last",
    talk.isGroup && !mine && "with-face",
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <article> of the same meaning, kept a div for the list's own wrapping
    <div
      role="article"
      id={id}
      className={classes.filter(Boolean).join(" ")}
      tabIndex={isActive ? 0 : -1}
      aria-label={`${name}, ${time}`}
      aria-describedby={`${described}-body ${described}-meta`}
      aria-posinset={place}
      aria-setsize={-1}
      {...press}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        if (event.key !== "Enter" && event.key !== "ContextMenu" && event.key !== " ") return;
        event.preventDefault();
        talk.open(said);
      }}
    >
      {talk.isGroup && !mine && last && <talk.Face userId={said.sender} name={name} />}
      <div className="column">
        {showsName && <span className="who clip">{name}</span>}
        <div className="with-more">
          <div className={`bubble kind-${kindOf(said)}`}>
            {reply !== null && !said.isRemoved && <Quote id={reply} />}
            <div
              className="body"
              id={`${described}-body`}
              dir={isRightToLeft(said.content["body"]) ? "rtl" : undefined}
            >
              <Body said={said} mine={mine} />
            </div>
            <span className="meta" id={`${described}-meta`}>
              {said.isOpen && <LockOpen size={13} role="img" aria-label={t("talk.not_encrypted")} />}
              {said.isEncrypted && <DoubtMark said={said} />}
              {said.isEdited && <span>{t("talk.edited")}</span>}
              <time dateTime={new Date(said.at).toISOString()}>{time}</time>
              {mine && said.sending !== "failed" && <State said={said} t={t} />}
            </span>
          </div>
          {/* A plain button: a hundred of them go by when a finger flicks the list. */}
          <button
            type="button"
            className="more"
            aria-label={t("talk.actions")}
            tabIndex={isActive ? 0 : -1}
            onClick={() => talk.open(said)}
          />
        </div>
        {said.sending === "failed" && <Failed said={said} />}
        {said.id === talk.lastRead && <ReadLine said={said} />}
        {said.reactions.length > 0 && <Reactions said={said} />}
        {said.thread !== undefined && !talk.inThread && (
          <Button className="text-button in-thread" onPress={() => talk.act("thread", said)}>
            {t("talk.replies", { count: said.thread.count })}
          </Button>
        )}
      </div>
    </div>
  );
}

/** A style sheet may show some kinds without a bubble around them. */
function kindOf(said: Said): string {
  if (said.isRemoved) return "removed";
  const kind = said.type === "m.room.message" ? msgtypeOf(said.content) : said.type;
  return kind.replace(/[^a-z]+/g, "-");
}

function State({ said, t }: { said: Said; t: TFunction }) {
  const talk = useTalk();
  if (said.sending !== undefined) {
    return (
      <Clock
        size={14}
        role="img"
        aria-label={t(said.sending === "waiting" ? "talk.waiting" : "chats.sending")}
      />
    );
  }
  const readers = talk.readersOf(said);
  if (readers === 0) return <Check size={15} role="img" aria-label={t("talk.sent")} />;
  return <CheckCheck size={15} className="read" role="img" aria-label={t("talk.read", { count: readers })} />;
}

/** What the codes mean of a file that was to be sent, and of a message. */
const OF_UPLOADS = { M_FORBIDDEN: "media.not_taken" };
const OF_MESSAGES = { M_FORBIDDEN: "talk.not_taken", M_TOO_LARGE: "talk.too_long" };

function Failed({ said }: { said: Said }) {
  const { t } = useQuickWords();
  const talk = useTalk();
  const ofUpload = useUpload(said.key)?.error ?? null;
  const heldBack = heldBackBy(said.refusal);
  return (
    <div className="failed" role="alert">
      <span>{t("chats.failed")}</span>
      {ofUpload !== null && <span>{wordsFor(ofUpload, t, OF_UPLOADS)}</span>}
      {heldBack === "identity" && <span>{t("talk.accept_first")}</span>}
      {heldBack === "device" && (
        <span>
          {t("talk.verify_first")} <Link href="/me/recovery">{t("talk.unreadable.to_keys")}</Link>
        </span>
      )}
      {/* Of what else went wrong on this device there are no words that would help. */}
      {isRefused(said.refusal) && <span>{wordsFor(said.refusal, t, OF_MESSAGES)}</span>}
      <Button className="text-button" onPress={() => talk.act("retry", said)}>
        {t("errors.retry")}
      </Button>
      <Button className="text-button" onPress={() => talk.act("discard", said)}>
        {t("talk.discard")}
      </Button>
    </div>
  );
}
