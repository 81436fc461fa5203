import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { momentOf } from "../../model/fields";
import type { WantedReport } from "../../protocol/conduct";
import { Refused } from "../../protocol/http";
import { useClient } from "../../shell/client";
import { longTime } from "../../shell/moments";
import { BusyButton } from "../../widgets/BusyButton";
import { Waiting } from "../../widgets/Waiting";
import { Wrong } from "../../widgets/Wrong";
import { sentenceOf } from "../chats/rooms";
import { failureWords } from "../standing/failure";
import { useLanding } from "../standing/useLanding";
import { isEncrypted, saidIn } from "./disclosing";
import type { Subject } from "./openReport";
import type { Draft } from "./useDraft";

interface ReviewProps {
  subject: Subject;
  draft: Draft;
  error: Error | null;
  isSending: boolean;
  onSend: (wanted: WantedReport) => void;
  onBack: () => void;
}

/** All of what will be sent, as those who look at it will see it. */
export function Review({ draft, ...rest }: ReviewProps) {
  const { t } = useTranslation();
  if (draft.report !== undefined) return <Ready report={draft.report} leftOut={draft.leftOut} {...rest} />;
  return (
    <>
      {draft.isFailed ? <Wrong text={t("report.not_opened")} /> : <Waiting />}
      {draft.isFailed && (
        <Button className="button primary" onPress={draft.again}>
          {t("errors.retry")}
        </Button>
      )}
      <Button className="button" onPress={rest.onBack}>
        {t("report.back")}
      </Button>
    </>
  );
}

interface ReadyProps extends Omit<ReviewProps, "draft"> {
  report: WantedReport;
  leftOut: number;
}

function Ready({ subject, report: draft, leftOut, error, isSending, onSend, onBack }: ReadyProps) {
  const { t } = useTranslation();
  const head = useLanding<HTMLHeadingElement>();
  const isMismatch = error instanceof Refused && error.code === "ORG.COURTYARD.DISCLOSURE_MISMATCH";
  return (
    <>
      <h3 ref={head}>{t("report.review")}</h3>
      <p className="muted">{t("report.review_lead")}</p>
      <div className="card seen">
        <h4>{t("report.you")}</h4>
        <p className="words">{draft.explanation}</p>
      </div>
      <Seen subject={subject} draft={draft} />
      {leftOut > 0 && <p>{t("report.left_out", { count: leftOut })}</p>}
      {draft.disclosed.length > 0 && <p className="muted">{t("report.review_key")}</p>}
      <details>
        <summary>{t("report.review_all")}</summary>
        <pre>{JSON.stringify(draft, null, 2)}</pre>
      </details>
      {error !== null && <Wrong text={isMismatch ? t("report.mismatch") : failureWords(error, t)} />}
      <BusyButton className="button primary" isBusy={isSending} onPress={() => onSend(draft)}>
        {t("report.send")}
      </BusyButton>
      <Button className="button" isDisabled={isSending} onPress={onBack}>
        {t("report.back")}
      </Button>
    </>
  );
}

function Seen({ subject, draft }: { subject: Subject; draft: WantedReport }) {
  const { t, i18n } = useTranslation();
  const client = useClient();
  if (subject.kind === "room") return <p>{t("report.review_room")}</p>;
  if (subject.kind === "person") {
    const name = client.getUser(subject.userId)?.displayName ?? subject.userId;
    return <p>{t("report.review_person", { name })}</p>;
  }
  const room = client.getRoom(subject.roomId);
  const find = (id: string) => room?.findEventById(id);
  const reported = find(subject.eventId);
  const isPlain = reported !== undefined && !isEncrypted(reported);
  if (!isPlain && draft.disclosed.length === 0) {
    return <p>{t("report.review_hidden", { name: reported?.getSender() ?? "" })}</p>;
  }
  const shown = !isPlain
    ? draft.disclosed.map((one) => ({ id: one.event_id, text: saidIn(one.plaintext) }))
    : [{ id: subject.eventId, text: null }];
  return (
    <>
      {isPlain && <p>{t("report.review_plain")}</p>}
      <ul className="card seen messages">
        {shown.map(({ id, text }) => {
          const event = find(id);
          return (
            <li key={id}>
              <span className="who">
                {event?.getSender()} · {longTime(momentOf(event?.getTs()), i18n.language)}
              </span>
              <span className="words">{text ?? (event === undefined ? "" : sentenceOf(event, t))}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
