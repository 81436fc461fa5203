import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { clauseOf, endOf, isInForce, isPaused, stateOf, wordingOf } from "../../model/standing";
import type { Decision } from "../../protocol/conduct";
import { longTime } from "../../shell/moments";
import { Lasting, Measures } from "./Measures";
import { useRules } from "./useConduct";

/** One decision in short; it leads to the whole. */
export function DecisionCard({ decision }: { decision: Decision }) {
  const { t, i18n } = useTranslation();
  const rules = useRules(decision.rules_version);
  const clause = clauseOf(rules.data, decision.rule);
  const title = clause === null ? decision.rule : wordingOf(clause, i18n.language).title;
  const state = stateOf(decision);
  const end = endOf(decision);
  return (
    <article className="card decision">
      <div className="first">
        <h3>{title}</h3>
        <span className={`state ${state}`}>{t(`standing.state_${state}`)}</span>
      </div>
      <Measures measures={decision.measures} />
      {isInForce(decision) ? (
        <Lasting decision={decision} />
      ) : isPaused(decision) ? (
        <p>{t("standing.end_stayed", { time: longTime(end, i18n.language) })}</p>
      ) : (
        <p className="time muted">{t("standing.ended", { time: longTime(end, i18n.language) })}</p>
      )}
      <Link className="onward" href={`/me/standing/${encodeURIComponent(decision.id)}`}>
        {t("standing.read")}
        <ChevronRight size={18} aria-hidden />
      </Link>
    </article>
  );
}
