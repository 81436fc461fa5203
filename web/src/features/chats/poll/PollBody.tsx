import "./poll.css";
import { Check } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { useTranslation } from "react-i18next";
import {
  type Answer,
  endOf,
  leading,
  type Poll,
  percent,
  pollOf,
  pressed,
  type Tally,
  voteOf,
} from "../../../model/poll";
import type { Said } from "../../../model/said";
import { useClient } from "../../../shell/client";
import type { BodyProps } from "../bodies/body";
import { UnknownBody } from "../bodies/UnknownBody";
import { put } from "../deeds";
import { useTalk } from "../talk";
import { EndSheet } from "./EndSheet";
import { standing } from "./standing";
import { VotersSheet } from "./VotersSheet";

/** A question with answers to press. */
export function PollBody({ said, mine }: BodyProps) {
  const poll = pollOf(said.type, said.content);
  return poll === null ? <UnknownBody said={said} mine={mine} /> : <Asked said={said} poll={poll} />;
}

function Asked({ said, poll }: { said: Said; poll: Poll }) {
  const { t } = useTranslation();
  const client = useClient();
  const talk = useTalk();
  const [open, setOpen] = useState<"end" | "voters" | null>(null);
  const { tally, unsent, hidden } = standing(said, poll, talk.mayDelete);
  const chosen = tally.votes.get(talk.me) ?? [];
  const isOver = tally.endedAt !== null;
  const isShown = poll.isOpen || isOver;
  // What is still on its way has no name yet that a vote could refer to.
  const isThere = said.sending === undefined;
  const best = isOver ? leading(poll, tally) : [];

  function tell({ type, content }: { type: string; content: Record<string, unknown> }): void {
    put(client, { roomId: talk.roomId, threadId: null, replyTo: null }, type, content);
  }

  function end(): void {
    setOpen(null);
    const names = leading(poll, tally).map(({ text }) => text);
    tell(
      endOf(
        said,
        names.length === 0 ? t("poll.over_none") : t("poll.over_best", { answer: names.join(", ") }),
      ),
    );
  }

  return (
    <div className="poll">
      <strong className="question">{poll.question}</strong>
      <span className="quiet how">
        {howOf(poll, isOver)
          .map((key) => t(key, { count: poll.choices }))
          .join(" · ")}
      </span>
      <ul>
        {poll.answers.map((answer) => (
          <li key={answer.id}>
            <AnswerLine
              answer={answer}
              tally={isShown ? tally : null}
              isMine={chosen.includes(answer.id)}
              isBest={best.includes(answer)}
              onPress={isOver || !isThere ? null : () => tell(voteOf(said, pressed(poll, chosen, answer.id)))}
            />
          </li>
        ))}
      </ul>
      {unsent !== null && (
        <p className="wrong" role="alert">
          {t("poll.not_sent")}{" "}
          <Button className="text-button" onPress={() => talk.act("retry", { ...said, id: unsent })}>
            {t("errors.retry")}
          </Button>
        </p>
      )}
      <span className="quiet">{t("poll.voted", { count: tally.votes.size })}</span>
      {hidden > 0 && <span className="quiet">{t("poll.hidden")}</span>}
      <div className="poll-deeds">
        {poll.isOpen && tally.votes.size > 0 && (
          <Button className="text-button" onPress={() => setOpen("voters")}>
            {t("poll.who")}
          </Button>
        )}
        {said.sender === talk.me && !isOver && isThere && (
          <Button className="text-button" onPress={() => setOpen("end")}>
            {t("poll.end")}
          </Button>
        )}
      </div>
      <VotersSheet poll={poll} tally={tally} isOpen={open === "voters"} onClose={() => setOpen(null)} />
      <EndSheet isOpen={open === "end"} onClose={() => setOpen(null)} onEnd={end} />
    </div>
  );
}

function howOf(poll: Poll, isOver: boolean): string[] {
  const how = poll.choices === 1 ? "poll.choose_one" : "poll.choose_up_to";
  if (isOver) return ["poll.is_over"];
  return poll.isOpen ? [how] : [how, "poll.results_later"];
}

interface AnswerLineProps {
  answer: Answer;
  /** Absent while it is not to be seen. */
  tally: Tally | null;
  isMine: boolean;
  isBest: boolean;
  onPress: (() => void) | null;
}

/** One answer: to press while the poll goes on, with how many chose it where that is seen. */
function AnswerLine({ answer, tally, isMine, isBest, onPress }: AnswerLineProps) {
  const { t } = useTranslation();
  const count = tally?.voters.get(answer.id)?.length ?? 0;
  const share = tally === null ? 0 : percent(tally, answer.id);
  const inside = (
    <>
      {tally !== null && <span className="bar" style={{ width: `${share}%` }} aria-hidden="true" />}
      <span className="mark" aria-hidden="true">
        {isMine && <Check size={16} strokeWidth={3} />}
      </span>
      <span className="text">{answer.text}</span>
      {tally !== null && (
        <span className="share">
          <span aria-hidden="true">
            {count} · {share} %
          </span>
          <span className="sr-only">
            {t("poll.votes", { count })}, {share} %
          </span>
        </span>
      )}
      {isBest && <span className="sr-only">{t("poll.best")}</span>}
      {isMine && onPress === null && <span className="sr-only">{t("poll.yours")}</span>}
    </>
  );
  const look = `poll-answer${isBest ? " best" : ""}${isMine ? " chosen" : ""}`;
  if (onPress === null) return <div className={look}>{inside}</div>;
  return (
    <ToggleButton className={look} isSelected={isMine} onChange={onPress}>
      {inside}
    </ToggleButton>
  );
}
