import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Logged, Says } from "../../model/proof";
import { leftWords } from "../../shell/moments";
import { capabilityWords } from "./Measures";

const AUTOMATION: Readonly<Record<string, string>> = {
  AUTOMATED_DECISION_NOT_AUTOMATED: "standing.by_not",
  AUTOMATED_DECISION_PARTIALLY: "standing.by_partially",
  AUTOMATED_DECISION_FULLY: "standing.by_fully",
};

function words({ type, content, caps = [], secs }: Logged, t: TFunction, language: string): string {
  // Of a suspension and a block the log has every single thing, and the one word says more.
  return t(`proof.says_${content ?? type}`, {
    what: caps.map((one) => capabilityWords(one, t)).join(t("capabilities.comma")),
    length: leftWords(secs * 1000, 0, language),
  });
}

/** What the log says of a decision, in plain words; only what the browser has checked is told here. */
export function LogSays({ says, isSealed }: { says: Says; isSealed: boolean }) {
  const { t, i18n } = useTranslation();
  const automation = AUTOMATION[says.automation];
  // A day of UTC, and to be read as that day everywhere.
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: "long", timeZone: "UTC" });
  const isByLaw = says.ground === "DECISION_GROUND_ILLEGAL_CONTENT";
  const lines = [
    t("proof.says_day", { day: day.format(Date.parse(says.day)) }),
    t(isByLaw ? "proof.says_law" : "proof.says_rule", { rule: says.rule }),
    ...says.measures.map((one) => words(one, t, i18n.language)),
    ...(says.isSevere ? [t("proof.says_severe")] : []),
    ...(automation === undefined ? [] : [t(automation)]),
    t("proof.says_nobody"),
  ];
  return (
    <details>
      <summary>{t("proof.says")}</summary>
      {isSealed && <p className="muted">{t("proof.says_sealed")}</p>}
      <ul className="measures">
        {lines.map((line, place) => (
          // Two files can be set aside for equally long: then two lines are one text.
          <li key={`${place} ${line}`}>{line}</li>
        ))}
      </ul>
      <p className="muted">{t("proof.says_then")}</p>
    </details>
  );
}
