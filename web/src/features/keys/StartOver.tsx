import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { startOver } from "../../protocol/keys";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { Field } from "../../widgets/Field";
import { Waiting } from "../../widgets/Waiting";

interface StartOverProps {
  onBegin: () => void;
  onDone: () => void;
  onBack: () => void;
}

/** Recovery key and all other devices are gone: other keys, and old messages stay closed. */
export function StartOver({ onBegin, onDone, onBack }: StartOverProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [password, setPassword] = useState("");
  const { busy, wrong, attempt } = useAttempt({ M_FORBIDDEN: "errors.password_wrong" });

  if (busy) return <Waiting text={t("keys.starting_over")} />;
  return (
    <Form
      className="steps-of-key"
      onSubmit={(event) => {
        event.preventDefault();
        onBegin();
        void attempt(() => startOver(client, password).then(onDone));
      }}
    >
      <h2>{t("keys.over_title")}</h2>
      <p>{t("keys.over_what")}</p>
      <ul className="advice">
        <li>{t("keys.over_lost")}</li>
        <li>{t("keys.over_kept")}</li>
        <li>{t("keys.over_friends")}</li>
      </ul>
      <Field
        label={t("account.password")}
        type="password"
        wrong={wrong}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        isRequired
      />
      <Button className="button danger" type="submit">
        {t("keys.over")}
      </Button>
      <Button className="button" onPress={onBack}>
        {t("keys.other_way")}
      </Button>
    </Form>
  );
}
