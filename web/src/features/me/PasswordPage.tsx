import "./me.css";
import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { changePassword } from "../../protocol/account";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { Result } from "../../widgets/Result";
import { Toggle } from "../../widgets/Toggle";
import { TopBar } from "../../widgets/TopBar";
import { Wrong } from "../../widgets/Wrong";

/** Another password. */
export function PasswordPage(_: PageProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [isShown, setShown] = useState(false);
  const [others, setOthers] = useState(true);
  const [isDone, setDone] = useState(false);
  const { busy, wrong, attempt } = useAttempt({ M_FORBIDDEN: "password.old_wrong" });

  async function change(): Promise<void> {
    if (await attempt(() => changePassword(client, old, next, others))) setDone(true);
  }

  const type = isShown ? "text" : "password";
  return (
    <>
      <TopBar title={t("me.password")} back="/me" />
      <main className="scroll page">
        {isDone ? (
          <Result
            kind="good"
            title={t("password.done")}
            text={t(others ? "password.done_others" : "password.done_hint")}
            action={t("keys.go_on")}
            onAction={() => go("/me")}
          />
        ) : (
          <Form
            className="form"
            onSubmit={(event) => {
              event.preventDefault();
              void change();
            }}
          >
            <Field
              label={t("password.old")}
              type={type}
              value={old}
              onChange={setOld}
              autoComplete="current-password"
              isRequired
            />
            <Field
              label={t("password.new")}
              hint={t("account.password_hint")}
              type={type}
              value={next}
              onChange={setNext}
              autoComplete="new-password"
              isRequired
            />
            <div className="card">
              <Toggle label={t("password.show")} isOn={isShown} onChange={setShown} />
              <Toggle
                label={t("password.others")}
                hint={t("password.others_hint")}
                isOn={others}
                onChange={setOthers}
              />
            </div>
            <Wrong text={wrong} />
            <BusyButton className="button primary" type="submit" isBusy={busy}>
              {busy ? t("me.saving") : t("password.change")}
            </BusyButton>
            <p className="muted">{t("password.hint")}</p>
          </Form>
        )}
      </main>
    </>
  );
}
