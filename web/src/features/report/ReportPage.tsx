import "./report.css";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { Complaint, Report } from "../../protocol/conduct";
import { longTime } from "../../shell/moments";
import type { PageProps } from "../../shell/routes";
import { BusyButton } from "../../widgets/BusyButton";
import { Page } from "../../widgets/Page";
import { TopBar } from "../../widgets/TopBar";
import { Writing } from "../../widgets/Writing";
import { Wrong } from "../../widgets/Wrong";
import { failureWords } from "../standing/failure";
import { Loaded } from "../standing/Loaded";
import { useAskAnew, useConduct, useKey, useNow } from "../standing/useConduct";
import { useLanding } from "../standing/useLanding";
import { useWritten } from "../standing/useWritten";
import { Checks } from "./Checks";
import { aboutWords } from "./reportWords";

const CHARS_MAX = 5_000;
const COMPLAINTS_MAX = 2;

/** One report: how far it is, what became of it, and a complaint where nothing was done. */
export function ReportPage({ params }: PageProps) {
  const { t } = useTranslation();
  const conduct = useConduct();
  const id = params["reportId"] ?? "";
  const query = useQuery({ queryKey: useKey("report", id), queryFn: () => conduct.report(id) });
  return (
    <>
      <TopBar title={t("report.one")} back="/me/reports" />
      <Page>
        <Loaded query={query} gone={t("report.gone")}>
          {(report) => (
            <>
              <About report={report} />
              <Steps report={report} />
              <Outcome report={report} />
            </>
          )}
        </Loaded>
      </Page>
    </>
  );
}

function About({ report }: { report: Report }) {
  const { t } = useTranslation();
  return (
    <section className="card part" aria-labelledby="about">
      <h2 id="about">{aboutWords(report, t)}</h2>
      <p>{t(`report.kind_${report.kind}`)}</p>
      {report.explanation !== "" && <p className="words">{report.explanation}</p>}
      {report.disclosed.length > 0 && <p>{t("report.shown", { count: report.disclosed.length })}</p>}
      <Checks disclosed={report.disclosed} />
    </section>
  );
}

function Steps({ report }: { report: Report }) {
  const { t, i18n } = useTranslation();
  return (
    <section className="card part" aria-labelledby="steps">
      <h2 id="steps">{t("report.steps")}</h2>
      <ol className="what-happens">
        {report.states.map(({ state, at }) => (
          <li key={state}>
            <span>{t(`report.state_${state}`)}</span>
            <span className="muted">{longTime(at, i18n.language)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function outcomeOf(report: Report): string {
  if (report.outcome !== null) return report.outcome;
  return report.states.some(({ state }) => state === "already_judged") ? "judged" : "waits";
}

function Outcome({ report }: { report: Report }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const until = report.complaint_until;
  const [sent, setSent] = useState<string | null>(null);
  const isOpen = report.complaints.some((one) => one.outcome === null);
  const canComplain = until !== null && now < until && !isOpen && report.complaints.length < COMPLAINTS_MAX;
  return (
    <section className="card part" aria-labelledby="outcome" aria-live="polite">
      <h2 id="outcome">{t("report.outcome")}</h2>
      <p>{t(`report.outcome_${outcomeOf(report)}`)}</p>
      {report.complaints.map((one) => (
        <Made key={one.id} complaint={one} isJustSent={one.id === sent} />
      ))}
      {canComplain && (
        <>
          <p>{t("report.complain_lead", { time: longTime(until, i18n.language) })}</p>
          <Complain report={report} onSent={setSent} />
        </>
      )}
    </section>
  );
}

function Made({ complaint, isJustSent }: { complaint: Complaint; isJustSent: boolean }) {
  const { t, i18n } = useTranslation();
  const head = useLanding<HTMLHeadingElement>(isJustSent);
  return (
    <div className="made">
      <h3 ref={head}>{t("report.complaint", { time: longTime(complaint.submitted_at, i18n.language) })}</h3>
      <blockquote className="words">{complaint.text}</blockquote>
      <p>
        {complaint.outcome === null
          ? t("report.complaint_due", { time: longTime(complaint.due_at, i18n.language) })
          : t(`report.complaint_${complaint.outcome}`)}
      </p>
      {complaint.reasons !== "" && <p className="words">{complaint.reasons}</p>}
    </div>
  );
}

function Complain({ report, onSent }: { report: Report; onSent: (complaintId: string) => void }) {
  const { t } = useTranslation();
  const conduct = useConduct();
  const askAnew = useAskAnew();
  const [text, setText] = useWritten(`complaint.${report.id}`);
  const sending = useMutation({
    mutationFn: () => conduct.complain(report.id, text),
    onSuccess: ({ id }) => {
      setText("");
      onSent(id);
      return askAnew();
    },
    // An answer to it may have got lost: then the page says how it stands.
    onError: () => void askAnew(),
  });
  return (
    <Form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        sending.mutate();
      }}
    >
      <Writing
        label={t("report.complain_text")}
        value={text}
        onChange={setText}
        maxLength={CHARS_MAX}
        isRequired
      />
      {sending.isError && <Wrong text={failureWords(sending.error, t)} />}
      <BusyButton
        className="button primary"
        type="submit"
        isBusy={sending.isPending}
        isDisabled={text.trim() === ""}
      >
        {t("report.complain_send")}
      </BusyButton>
    </Form>
  );
}
