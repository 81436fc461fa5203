import { Button } from "react-aria-components/Button";
import { Label } from "react-aria-components/Label";
import { Radio, RadioGroup } from "react-aria-components/RadioGroup";
import { useTranslation } from "react-i18next";
import { reportable, wordingOf } from "../../model/standing";
import type { Clause, ReportKind, Rules } from "../../protocol/conduct";
import { Choice } from "../../widgets/Choice";
import { Writing } from "../../widgets/Writing";
import { Restricted } from "../standing/Restricted";

const KINDS = ["rule", "illegal", "urgent"] as const;
const CHARS_MAX = 4_000;

interface ChooseRuleProps {
  rules: Rules;
  clause: Clause | null;
  onClause: (clause: Clause) => void;
  kind: ReportKind;
  onKind: (kind: ReportKind) => void;
  words: string;
  onWords: (words: string) => void;
  onNext: () => void;
  onCancel: () => void;
}

/** What is wrong, by the server's own rules, and how bad it is. */
export function ChooseRule(props: ChooseRuleProps) {
  const { t, i18n } = useTranslation();
  const clauses = reportable(props.rules);
  return (
    <>
      <RadioGroup
        className="field"
        value={props.clause?.id ?? null}
        onChange={(id) => {
          const found = clauses.find((one) => one.id === id);
          if (found !== undefined) props.onClause(found);
        }}
      >
        <Label>{t("report.what")}</Label>
        <div className="clauses">
          {clauses.map((one) => {
            const { title, text } = wordingOf(one, i18n.language);
            return (
              <Radio key={one.id} value={one.id} className="clause">
                <span className="title">{title}</span>
                <span className="text">{text}</span>
              </Radio>
            );
          })}
        </div>
      </RadioGroup>
      <Choice
        label={t("report.kind")}
        options={KINDS.map((one) => [one, t(`report.kind_${one}`)] as const)}
        value={props.kind}
        onChange={props.onKind}
      />
      {props.kind === "urgent" ? (
        <p className="muted">{t("report.urgent_hint")}</p>
      ) : (
        <Restricted to={["report.submit.nonurgent"]} />
      )}
      <Writing
        label={t("report.explain")}
        hint={t("report.explain_hint")}
        value={props.words}
        onChange={props.onWords}
        maxLength={CHARS_MAX}
        rows={3}
      />
      <Button className="button primary" isDisabled={props.clause === null} onPress={props.onNext}>
        {t("report.next")}
      </Button>
      <Button className="button" onPress={props.onCancel}>
        {t("report.cancel")}
      </Button>
    </>
  );
}
