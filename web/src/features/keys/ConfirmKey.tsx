import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { isGroup } from "../../model/recoveryKey";
import { Field } from "../../widgets/Field";
import { Wrong } from "../../widgets/Wrong";

interface ConfirmKeyProps {
  written: string;
  /** The place of the group that is asked for, from 0. */
  asked: number;
  failed: string | null;
  onConfirmed: () => void;
  onBack: () => void;
}

/** Type a part of the key: so that nobody only believes to have kept it. */
export function ConfirmKey({ written, asked, failed, onConfirmed, onBack }: ConfirmKeyProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [isWrong, setWrong] = useState(false);
  return (
    <Form
      className="steps-of-key"
      onSubmit={(event) => {
        event.preventDefault();
        if (isGroup(written, asked, typed)) onConfirmed();
        else setWrong(true);
      }}
    >
      <p className="muted small">{t("keys.step", { step: 2, steps: 2 })}</p>
      <h2>{t("keys.confirm_title")}</h2>
      <Field
        label={t("keys.confirm_label", { number: asked + 1 })}
        hint={t("keys.confirm_hint")}
        wrong={isWrong ? t("keys.confirm_wrong") : null}
        value={typed}
        onChange={(text) => {
          setTyped(text);
          setWrong(false);
        }}
        autoComplete="off"
        verbatim
        isRequired
        autoFocus
      />
      <Wrong text={failed} />
      <Button className="button primary" type="submit">
        {t("keys.confirm")}
      </Button>
      <Button className="button" onPress={onBack}>
        {t("keys.show_again")}
      </Button>
    </Form>
  );
}
