import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { Clause, Receipt, ReportKind, Rules, WantedReport } from "../../protocol/conduct";
import { useClient } from "../../shell/client";
import { tellRefusal } from "../../shell/refusals";
import { Result } from "../../widgets/Result";
import { useAskAnew, useConduct } from "../standing/useConduct";
import { useLanding } from "../standing/useLanding";
import { useWritten } from "../standing/useWritten";
import { Checks } from "./Checks";
import { ChooseMessages } from "./ChooseMessages";
import { ChooseRule } from "./ChooseRule";
import { showable } from "./disclosing";
import { openReport, type Subject } from "./openReport";
import { Review } from "./Review";
import { useDraft } from "./useDraft";

type Step = "what" | "show" | "review";

/** What is wrong, what is shown, a look at all of it, and only then it is sent. */
export function ReportSteps({ subject, rules }: { subject: Subject; rules: Rules }) {
  const client = useClient();
  const conduct = useConduct();
  const askAnew = useAskAnew();
  const [, go] = useLocation();
  const [step, setStep] = useState<Step>("what");
  const [clause, setClause] = useState<Clause | null>(null);
  const [kind, setKind] = useState<ReportKind>("rule");
  const [words, setWords] = useWritten(`report.${subjectId(subject)}`);
  const offered = useMemo(
    () => (subject.kind === "message" ? showable(client, subject.roomId, subject.eventId) : []),
    [client, subject],
  );
  const reported = offered.find((one) => one.isReported);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(reported?.isReadable ? [reported.id] : []),
  );
  const hasSecrets = reported !== undefined;
  const draft = useDraft(subject, { clause, kind, words, chosen: hasSecrets ? chosen : new Set() });
  const sending = useMutation({
    mutationFn: (wanted: WantedReport) => conduct.send(wanted),
    onSuccess: async () => {
      await askAnew();
      setWords("");
    },
    onError: (error) => void tellRefusal(error),
  });

  if (sending.isSuccess) {
    const id = sending.data.report_id;
    return (
      <Sent
        receipt={sending.data}
        onFollow={() => {
          openReport(null);
          go(`/me/reports/${encodeURIComponent(id)}`);
        }}
      />
    );
  }
  if (step === "what") {
    return (
      <ChooseRule
        rules={rules}
        clause={clause}
        onClause={setClause}
        kind={kind}
        onKind={setKind}
        words={words}
        onWords={setWords}
        onNext={() => setStep(hasSecrets ? "show" : "review")}
        onCancel={() => {
          setWords("");
          openReport(null);
        }}
      />
    );
  }
  if (step === "show") {
    return (
      <ChooseMessages
        offered={offered}
        chosen={chosen}
        onChosen={setChosen}
        onNext={() => setStep("review")}
        onBack={() => setStep("what")}
      />
    );
  }
  return (
    <Review
      subject={subject}
      draft={draft}
      error={sending.error}
      isSending={sending.isPending}
      onSend={(wanted) => sending.mutate(wanted)}
      onBack={() => setStep(hasSecrets ? "show" : "what")}
    />
  );
}

function Sent({ receipt, onFollow }: { receipt: Receipt; onFollow: () => void }) {
  const { t } = useTranslation();
  const head = useLanding<HTMLDivElement>();
  return (
    <>
      <div ref={head} role="status">
        <Result
          kind="good"
          title={t("report.sent")}
          text={t("report.sent_hint")}
          action={t("report.follow")}
          onAction={onFollow}
        />
      </div>
      <Checks disclosed={receipt.disclosed} />
      <p className="muted receipt">{t("report.number", { id: receipt.report_id })}</p>
    </>
  );
}

/** Each thing that is reported has words of its own, which are kept until they are sent. */
function subjectId(subject: Subject): string {
  if (subject.kind === "message") return subject.eventId;
  return subject.kind === "person" ? subject.userId : subject.roomId;
}
