import "./poll.css";
import { Plus, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { ANSWERS_MAX, startOf } from "../../../model/poll";
import { useClient } from "../../../shell/client";
import { Field } from "../../../widgets/Field";
import { Toggle } from "../../../widgets/Toggle";
import { Wrong } from "../../../widgets/Wrong";
import type { Target } from "../composerTools";
import { put } from "../deeds";

const LENGTH_MAX = 200;
const ANSWERS_MIN = 2;

interface PollFormProps {
  target: Target;
  onSent: () => void;
}

/** A new poll: what is asked, what can be answered, and how. */
export function PollForm({ target, onSent }: PollFormProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [question, setQuestion] = useState("");
  // A number stays with its answer while others come and go.
  const [answers, setAnswers] = useState([
    { key: 0, text: "" },
    { key: 1, text: "" },
  ]);
  const [isSeveral, setSeveral] = useState(false);
  const [isClosed, setClosed] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  function change(key: number, text: string): void {
    setAnswers(answers.map((one) => (one.key === key ? { key, text } : one)));
  }

  function add(): void {
    const next = { key: Math.max(...answers.map(({ key }) => key)) + 1, text: "" };
    setAnswers([...answers, next]);
    // It is wanted to be written in.
    requestAnimationFrame(() => document.getElementById(fieldId(next.key))?.focus());
  }

  function send(event: FormEvent): void {
    event.preventDefault();
    const texts = answers.map(({ text }) => text.trim()).filter((text) => text !== "");
    const fault = faultOf(question, texts);
    setWrong(fault === null ? null : t(fault));
    if (fault !== null) return;
    const poll = { question: question.trim(), choices: isSeveral ? texts.length : 1, isOpen: !isClosed };
    const ids = texts.map((_, index) => `${client.makeTxnId()}.${index}`);
    const { type, content } = startOf(poll, texts, ids);
    put(client, target, type, content);
    onSent();
  }

  return (
    <form className="poll-form" onSubmit={send} noValidate>
      <Field
        label={t("poll.question")}
        value={question}
        onChange={setQuestion}
        maxLength={LENGTH_MAX}
        autoFocus
      />
      {answers.map(({ key, text }, index) => (
        <div key={key} className="one">
          <Field
            id={fieldId(key)}
            label={t("poll.answer", { number: index + 1 })}
            value={text}
            onChange={(now) => change(key, now)}
            maxLength={LENGTH_MAX}
          />
          {answers.length > ANSWERS_MIN && (
            <Button
              className="icon-button"
              aria-label={t("poll.remove", { number: index + 1 })}
              onPress={() => setAnswers(answers.filter((one) => one.key !== key))}
            >
              <X size={20} aria-hidden />
            </Button>
          )}
        </div>
      ))}
      {answers.length < ANSWERS_MAX && (
        <Button className="button" onPress={add}>
          <Plus size={20} aria-hidden /> {t("poll.add")}
        </Button>
      )}
      <div className="card poll-ways">
        <Toggle label={t("poll.several")} isOn={isSeveral} onChange={setSeveral} />
        <Toggle label={t("poll.closed")} hint={t("poll.closed_hint")} isOn={isClosed} onChange={setClosed} />
      </div>
      <Wrong text={wrong} />
      <Button className="button primary" type="submit">
        {t("poll.send")}
      </Button>
    </form>
  );
}

/** Return what is still missing: the key of its words. */
function faultOf(question: string, texts: readonly string[]): string | null {
  if (question.trim() === "") return "poll.needs_question";
  if (texts.length < ANSWERS_MIN) return "poll.needs_answers";
  return new Set(texts).size < texts.length ? "poll.twice" : null;
}

function fieldId(key: number): string {
  return `poll-answer-${key}`;
}
