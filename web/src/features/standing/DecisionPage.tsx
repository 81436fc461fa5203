import "./standing.css";
import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { clauseOf, endOf, endsTogether, isInForce, isPaused, stateOf, wordingOf } from "../../model/standing";
import type { Statement } from "../../protocol/conduct";
import { longTime } from "../../shell/moments";
import type { PageProps } from "../../shell/routes";
import { Page } from "../../widgets/Page";
import { TopBar } from "../../widgets/TopBar";
import { AppealPart } from "./AppealPart";
import { Loaded } from "./Loaded";
import { languageName } from "./languageName";
import { Lasting, Measures, measureWords } from "./Measures";
import { ProofPart } from "./ProofPart";
import { useClock, useNow, useRules, useStatement } from "./useConduct";

/** One decision: what it takes, why, until when, its proof, and what can be done about it. */
export function DecisionPage({ params }: PageProps) {
  const { t } = useTranslation();
  const statement = useStatement(params["decisionId"] ?? "");
  useClock(statement.data === undefined ? undefined : [statement.data]);
  return (
    <>
      <TopBar title={t("standing.decision")} back="/me/standing" />
      <Page className="standing">
        <Loaded query={statement} gone={t("standing.gone")}>
          {(found) => (
            <>
              <What statement={found} />
              <Why statement={found} />
              <End statement={found} />
              <Beside statement={found} />
              <AppealPart decision={found} />
              {found.erased !== true && <ProofPart statement={found} />}
            </>
          )}
        </Loaded>
      </Page>
    </>
  );
}

function What({ statement }: { statement: Statement }) {
  const { t } = useTranslation();
  const state = stateOf(statement);
  return (
    <section className="card part" aria-labelledby="what">
      <div className="first">
        <h2 id="what">{t("standing.what")}</h2>
        <span className={`state ${state}`}>{t(`standing.state_${state}`)}</span>
      </div>
      <Measures measures={statement.measures} />
      <Lasting decision={statement} />
    </section>
  );
}

function Why({ statement }: { statement: Statement }) {
  const { t, i18n } = useTranslation();
  const rules = useRules(statement.rules_version);
  const clause = clauseOf(rules.data, statement.rule);
  const rule = clause === null ? null : wordingOf(clause, i18n.language);
  const family = (language: string) => language.split("-")[0];
  const { lang = "" } = statement;
  return (
    <section className="card part" aria-labelledby="why">
      <h2 id="why">{t("standing.why")}</h2>
      <details>
        <summary>{t("standing.rule", { id: statement.rule, title: rule?.title ?? "…" })}</summary>
        <p>{rule?.text}</p>
      </details>
      {statement.legal_ground !== "" && <p>{t("standing.law", { law: statement.legal_ground })}</p>}
      {statement.erased === true ? (
        <p>{t("standing.erased")}</p>
      ) : (
        <>
          <h3>{t("standing.happened")}</h3>
          <p className="words" lang={lang}>
            {statement.facts}
          </p>
          <h3>{t("standing.reasons")}</h3>
          <p className="words" lang={lang}>
            {statement.explanation}
          </p>
          {lang !== "" && family(lang) !== family(i18n.language) && (
            <p className="muted">
              {t("standing.written_in", { language: languageName(lang, i18n.language) })}
            </p>
          )}
        </>
      )}
      <p className="muted">
        {t("standing.conduct_at", { time: longTime(statement.conduct_at, i18n.language) })}{" "}
        {t("standing.issued_at", { time: longTime(statement.issued_at, i18n.language) })}{" "}
        {t(`standing.by_${statement.automated_decision}`)}
      </p>
    </section>
  );
}

function End({ statement }: { statement: Statement }) {
  const { t, i18n } = useTranslation();
  return (
    <section className="card part" aria-labelledby="end">
      <h2 id="end">{t("standing.end")}</h2>
      {isInForce(statement) ? (
        <>
          <p>
            {t(endsTogether(statement) ? "standing.end_clock" : "standing.end_parts", {
              time: longTime(endOf(statement), i18n.language),
            })}
          </p>
          <p>{t("standing.end_appeal")}</p>
        </>
      ) : (
        <p>
          {isPaused(statement)
            ? t("standing.end_stayed", { time: longTime(endOf(statement), i18n.language) })
            : t("standing.end_over")}
        </p>
      )}
    </section>
  );
}

/** What goes on restricting the account when this has ended. */
function Beside({ statement: { besides } }: { statement: Statement }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  if (besides.length === 0) return null;
  return (
    <section className="card part" aria-labelledby="beside">
      <h2 id="beside">{t("standing.beside")}</h2>
      <p>{t("standing.beside_lead")}</p>
      {besides.map(({ decision, measures }) => (
        <Link key={decision} className="onward" href={`/me/standing/${encodeURIComponent(decision)}`}>
          <span>{measureWords(measures, now, t, i18n.language).join(" ")}</span>
          <ChevronRight size={18} aria-hidden />
        </Link>
      ))}
    </section>
  );
}
