import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { besides, clauseOf, wordingOf } from "../../model/standing";
import type { Refusal } from "../../protocol/refusal";
import { leftWords, longTime } from "../../shell/moments";
import { showRefusal, useRefusal } from "../../shell/refusals";
import { Sheet } from "../../widgets/Sheet";
import { openReport } from "../report/openReport";
import { capabilityWords } from "./Measures";
import { useNow, useRules, useStanding, useStatement } from "./useConduct";

/** Whatever was refused by a decision, wherever: which one thing, why, until when, and where to object. */
export function RefusalSheet() {
  const { t } = useTranslation();
  const refusal = useRefusal();
  const what = refusal === null ? "" : capabilityWords(refusal.capability, t);
  return (
    <Sheet
      title={t("refusal.title", { what })}
      isOpen={refusal !== null}
      onClose={() => showRefusal(null)}
      asks
    >
      {refusal !== null && <Explained refusal={refusal} />}
    </Sheet>
  );
}

const BESIDES = { nothing: "refusal.only", same: "refusal.more", others: "refusal.others" } as const;

function Explained({ refusal }: { refusal: Refusal }) {
  const { t, i18n } = useTranslation();
  const [, go] = useLocation();
  const now = useNow();
  const { data: statement } = useStatement(refusal.decision);
  const rules = useRules(statement?.rules_version);
  const clause = clauseOf(rules.data, refusal.rule);
  const { data: standing } = useStanding();
  const more = standing === undefined ? null : besides(standing, refusal);
  function leave(): void {
    showRefusal(null);
    // It would lie over what one goes to.
    openReport(null);
  }
  return (
    <>
      <p>
        {t("refusal.until", {
          time: longTime(refusal.endsAt, i18n.language),
          left: leftWords(refusal.endsAt, now, i18n.language),
        })}
      </p>
      {clause !== null && (
        <p>
          <strong>
            {t("standing.rule", { id: refusal.rule, title: wordingOf(clause, i18n.language).title })}
          </strong>
        </p>
      )}
      {statement?.facts !== undefined && (
        <p className="words" lang={statement.lang}>
          {statement.facts}
        </p>
      )}
      {more !== null && <p className="muted">{t(BESIDES[more])}</p>}
      <Button
        className="button primary"
        onPress={() => {
          leave();
          go(`/me/standing/${encodeURIComponent(refusal.decision)}`);
        }}
        autoFocus
      >
        {t("refusal.read")}
      </Button>
      {more === "others" && (
        <Link className="button" href="/me/standing" onClick={leave}>
          {t("refusal.all")}
        </Link>
      )}
    </>
  );
}
