import { Landmark, MessageSquareText, Scale, ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { appealPossible, stateOf } from "../../model/standing";
import { longTime } from "../../shell/moments";
import { Measures } from "./Measures";
import { type Notice, noticeHead } from "./notices";
import { useNow, useStatement } from "./useConduct";

const ICONS = {
  statement: Scale,
  news: Scale,
  report: ShieldCheck,
  request: Landmark,
  words: MessageSquareText,
};

/** One thing that the server told the account, and what can be done about it. */
export function NoticeCard({ notice, at }: { notice: Notice; at: number }) {
  const { t, i18n } = useTranslation();
  const { kind, id, body } = notice;
  const Icon = ICONS[kind];
  return (
    <article className="card notice">
      <header>
        <Icon size={20} aria-hidden />
        <h2>{noticeHead(kind, t)}</h2>
      </header>
      {kind === "statement" ? (
        <>
          <State id={id} />
          <details>
            <summary>{t("notices.letter")}</summary>
            <p className="words">{body}</p>
          </details>
        </>
      ) : (
        <p className="words">{body}</p>
      )}
      <time className="muted">{longTime(at, i18n.language)}</time>
      {(kind === "statement" || kind === "news") && <Decision id={id} />}
      {kind === "report" && (
        <p className="buttons">
          <Link className="button" href={`/me/reports/${encodeURIComponent(id)}`}>
            {t("notices.see_report")}
          </Link>
        </p>
      )}
    </article>
  );
}

function State({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useStatement(id);
  if (data === undefined) return null;
  const state = stateOf(data);
  return (
    <>
      <p>
        <span className={`state ${state}`}>{t(`standing.state_${state}`)}</span>
      </p>
      <Measures measures={data.measures} />
    </>
  );
}

function Decision({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useStatement(id);
  const now = useNow();
  const page = `/me/standing/${encodeURIComponent(id)}`;
  return (
    <p className="buttons">
      <Link className="button" href={page}>
        {t("notices.read")}
      </Link>
      {data !== undefined && appealPossible(data, now) !== "no" && (
        <Link className="button primary" href={`${page}#appeal`}>
          {t("notices.appeal")}
        </Link>
      )}
    </p>
  );
}
