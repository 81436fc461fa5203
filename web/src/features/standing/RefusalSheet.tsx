import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { clauseOf, wordingOf } from "../../model/standing";
import type { Refusal } from "../../protocol/refusal";
import { leftWords, longTime } from "../../shell/moments";
import { showRefusal, useRefusal } from "../../shell/refusals";
import { Sheet } from "../../widgets/Sheet";
import { openReport } from "../report/openReport";
import { capabilityWords } from "./Measures";
import { useNow, useRules, useStatement } from "./useConduct";

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

function Explained({ refusal }: { refusal: Refusal }) {
  const { t, i18n } = useTranslation();
  const [, go] = useLocation();
  const now = useNow();
  const { data: statement } = useStatement(refusal.decision);
  const rules = useRules(statement?.rules_version);
  const clause = clauseOf(rules.data, refusal.rule);
  const taken = new Set(statement?.measures.flatMap((one) => one.capabilities));
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
      {taken.size > 0 && <p className="muted">{t(taken.size === 1 ? "refusal.only" : "refusal.more")}</p>}
      <Button
        className="button primary"
        onPress={() => {
          showRefusal(null);
          // It would lie over what one goes to.
          openReport(null);
          go(`/me/standing/${encodeURIComponent(refusal.decision)}`);
        }}
        autoFocus
      >
        {t("refusal.read")}
      </Button>
    </>
  );
}
