import "./me.css";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { changePassword } from "../../protocol/account";
import { useClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { wordsFor } from "../../shell/words";
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
  const [state, setState] = useState<"asking" | "busy" | "done">("asking");
  const [wrong, setWrong] = useState<string | null>(null);

  async function change(): Promise<void> {
    setState("busy");
    setWrong(null);
    try {
      await changePassword(client, old, next, others);
      setState("done");
    } catch (error) {
      setWrong(wordsFor(error, t, { M_FORBIDDEN: "password.old_wrong" }));
      setState("asking");
    }
  }

  const type = isShown ? "text" : "password";
  return (
    <>
      <TopBar title={t("me.password")} back="/me" />
      <main className="scroll page">
        {state === "done" ? (
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
            <Button className="button primary" type="submit" isDisabled={state === "busy"}>
              {state === "busy" ? t("me.saving") : t("password.change")}
            </Button>
            <p className="muted">{t("password.hint")}</p>
          </Form>
        )}
      </main>
    </>
  );
}
