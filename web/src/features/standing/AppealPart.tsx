import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { appealPossible, type Late, lateOf, openAppeal, overdueOf, stateOf } from "../../model/standing";
import type { Appeal, Decision } from "../../protocol/conduct";
import { longTime } from "../../shell/moments";
import { tellRefusal } from "../../shell/refusals";
import { BusyButton } from "../../widgets/BusyButton";
import { Sheet } from "../../widgets/Sheet";
import { Tick } from "../../widgets/Tick";
import { Writing } from "../../widgets/Writing";
import { Wrong } from "../../widgets/Wrong";
import { failureWords } from "./failure";
import { useAskAnew, useConduct, useNow } from "./useConduct";
import { useLanding } from "./useLanding";
import { useWritten } from "./useWritten";

const CHARS_MAX = 5_000;

/** Objecting to a decision: write, wait with a deadline in sight, read the answer. */
export function AppealPart({ decision }: { decision: Decision }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const possible = appealPossible(decision, now);
  const isCancelled = ["overturned", "annulled"].includes(stateOf(decision));
  const isOpen = openAppeal(decision) !== null;
  const [sent, setSent] = useState<string | null>(null);
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (location.hash !== "#appeal") return;
    head.current?.scrollIntoView();
    head.current?.focus();
  }, []);
  return (
    <section className="card part" aria-labelledby="appeal">
      <h2 id="appeal" ref={head} tabIndex={-1}>
        {t("standing.appeal")}
      </h2>
      <p className="sr-only" role="status">
        {sent !== null && t("standing.appeal_sent")}
      </p>
      {decision.appeals.map((one) => (
        <Made key={one.id} appeal={one} decision={decision} isJustSent={one.id === sent} />
      ))}
      {possible !== "no" && (
        <>
          <p>{t("standing.appeal_lead", { time: longTime(decision.appeal_until, i18n.language) })}</p>
          {possible === "further" && <p>{t("standing.appeal_again")}</p>}
          <Write decision={decision} isFurther={possible === "further"} onSent={setSent} />
        </>
      )}
      {possible === "no" && !isOpen && (
        <p className="muted">{t(isCancelled ? "standing.appeal_needless" : "standing.appeal_not")}</p>
      )}
    </section>
  );
}

interface WriteProps {
  decision: Decision;
  isFurther: boolean;
  onSent: (appealId: string) => void;
}

function Write({ decision, isFurther, onSent }: WriteProps) {
  const { t } = useTranslation();
  const conduct = useConduct();
  const askAnew = useAskAnew();
  const [text, setText] = useWritten(`appeal.${decision.id}`);
  const [isNew, setNew] = useState(false);
  const sending = useMutation({
    mutationFn: () => conduct.appeal(decision.id, text, isFurther && isNew),
    onSuccess: ({ id }) => {
      setText("");
      onSent(id);
      return askAnew();
    },
    onError: (error) => {
      // It may have changed meanwhile, or an answer to it got lost: then the page says how it stands.
      if (!tellRefusal(error)) void askAnew();
    },
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
        label={t("standing.appeal_text")}
        hint={t("standing.appeal_text_hint")}
        value={text}
        onChange={setText}
        maxLength={CHARS_MAX}
        isRequired
      />
      {isFurther && (
        <Tick isSelected={isNew} onChange={setNew}>
          {t("standing.appeal_new")}
        </Tick>
      )}
      {sending.isError && <Wrong text={failureWords(sending.error, t)} />}
      <BusyButton
        className="button primary"
        type="submit"
        isBusy={sending.isPending}
        isDisabled={text.trim() === "" || (isFurther && !isNew)}
      >
        {t("standing.appeal_send")}
      </BusyButton>
    </Form>
  );
}

/** What becomes of a decision when nobody answers in time; null: nothing of it is left by then. */
function overdueWords(decision: Decision, appeal: Appeal): string | null {
  const overdue = overdueOf(decision, appeal);
  return overdue === null ? null : `standing.overdue_${overdue}`;
}

/** What has become of a decision because nobody did; null: the server has not said so yet. */
function lateWords(late: Late): string | null {
  return late === "late" ? null : `standing.late_${late}`;
}

interface MadeProps {
  appeal: Appeal;
  decision: Decision;
  isJustSent: boolean;
}

function Made({ appeal, decision, isJustSent }: MadeProps) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const head = useLanding<HTMLHeadingElement>(isJustSent);
  const late = lateOf(decision, appeal, now);
  const what = late === null ? overdueWords(decision, appeal) : lateWords(late);
  return (
    <div className="made" aria-live="polite">
      <h3 ref={head}>{t("standing.appeal_yours", { time: longTime(appeal.submitted_at, i18n.language) })}</h3>
      <blockquote className="words">{appeal.text}</blockquote>
      {appeal.outcome === null ? (
        <>
          <p>
            <strong>{t("standing.appeal_waits")}</strong>{" "}
            {t(late === null ? "standing.appeal_due" : "standing.late", {
              time: longTime(appeal.due_at, i18n.language),
            })}
            {what !== null && ` ${t(what)}`}
          </p>
          <Withdraw appeal={appeal} />
        </>
      ) : (
        <>
          <p>
            <strong>{t(`standing.outcome_${appeal.outcome}`)}</strong>
          </p>
          {appeal.reasons !== "" && <p className="words">{appeal.reasons}</p>}
        </>
      )}
    </div>
  );
}

function Withdraw({ appeal }: { appeal: Appeal }) {
  const { t } = useTranslation();
  const conduct = useConduct();
  const askAnew = useAskAnew();
  const [isAsking, setAsking] = useState(false);
  const going = useMutation({
    mutationFn: () => conduct.withdraw(appeal.id),
    onSettled: askAnew,
    onSuccess: () => setAsking(false),
  });
  return (
    <>
      <Button className="button" onPress={() => setAsking(true)}>
        {t("standing.withdraw")}
      </Button>
      <Sheet title={t("standing.withdraw_ask")} isOpen={isAsking} onClose={() => setAsking(false)} asks>
        <p>{t("standing.withdraw_hint")}</p>
        {going.isError && <Wrong text={failureWords(going.error, t)} />}
        <BusyButton className="button danger" isBusy={going.isPending} onPress={() => going.mutate()}>
          {t("standing.withdraw")}
        </BusyButton>
        <Button className="button" onPress={() => setAsking(false)} autoFocus>
          {t("standing.keep")}
        </Button>
      </Sheet>
    </>
  );
}
