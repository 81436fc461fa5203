import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Movement } from "../../model/foldedNotices";
import { asksToCompare } from "../../model/rows";
import type { Fact, Timeline } from "../../model/timeline";
import { useTalk } from "./talk";

/** A small line for what changed: who came, what the group is called now. */
export function NoticeLine({ fact }: { fact: Fact }) {
  const { t } = useTranslation();
  const { nameOf } = useTalk();
  return <div className="notice-line">{noticeOf(fact, nameOf, t)}</div>;
}

interface NoticeLinesProps {
  ids: readonly string[];
  what: Movement;
  timeline: Timeline;
}

/** Several who came or went one after the other: how many, and by a press who. */
export function NoticeLines({ ids, what, timeline }: NoticeLinesProps) {
  const { t } = useTranslation();
  const { nameOf } = useTalk();
  const [isOpen, setOpen] = useState(false);
  const facts = ids.flatMap((id) => timeline.facts.get(id) ?? []);
  const by = nameOf(facts[0]?.sender ?? "");
  return (
    <div className="notice-line many">
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t(`talk.notice.${what}_many`, { by, count: facts.length })}
      </button>
      {isOpen && facts.map((fact) => <div key={fact.key}>{noticeOf(fact, nameOf, t)}</div>)}
    </div>
  );
}

/** Return the words for a change of state, or for a question that is answered elsewhere. */
export function noticeOf(fact: Fact, nameOf: (userId: string) => string, t: TFunction): string {
  const by = nameOf(fact.sender);
  if (fact.type === "m.room.member") return memberNotice(fact, nameOf, t);
  if (asksToCompare(fact)) return t("talk.notice.compare", { by });
  const name = fact.content["name"];
  if (fact.type === "m.room.name") {
    return typeof name === "string" && name !== ""
      ? t("talk.notice.name", { by, name })
      : t("talk.notice.renamed", { by });
  }
  return t(`talk.notice.${fact.type.replace("m.room.", "")}`, { by });
}

function memberNotice(fact: Fact, nameOf: (userId: string) => string, t: TFunction): string {
  const by = nameOf(fact.sender);
  const who = nameOf(fact.stateKey ?? "");
  const own = fact.sender === fact.stateKey;
  const { membership } = fact.content;
  const before = fact.before?.["membership"];
  if (membership === "join") return t("talk.notice.joined", { who });
  if (membership === "invite") return t("talk.notice.invited", { by, who });
  if (membership === "knock") return t("talk.notice.knocked", { who });
  if (membership === "ban") return t("talk.notice.banned", { by, who });
  if (before === "ban") return t("talk.notice.unbanned", { by, who });
  if (before === "invite") return t(own ? "talk.notice.declined" : "talk.notice.withdrawn", { by, who });
  return t(own ? "talk.notice.left" : "talk.notice.removed", { by, who });
}
