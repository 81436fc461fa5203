import "./me.css";
import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { endAccount } from "../../protocol/account";
import { forget } from "../../protocol/matrix";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { Toggle } from "../../widgets/Toggle";
import { TopBar } from "../../widgets/TopBar";
import { Wrong } from "../../widgets/Wrong";

/** The end of an account: what goes, what cannot be taken back, and a question that nobody answers by mistake. */
export function EndPage({ onLeave }: PageProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [erase, setErase] = useState(true);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const { busy, wrong, setWrong, attempt } = useAttempt({ M_FORBIDDEN: "errors.password_wrong" });
  const own = client.getUserIdLocalpart() ?? "";

  async function end(): Promise<void> {
    await attempt(async () => {
      await endAccount(client, password, erase);
      // The account has ended: whatever is left here, nobody is kept on its pages.
      await forget(client).catch(() => undefined);
      onLeave("account_ended");
    });
  }

  return (
    <>
      <TopBar title={t("me.end")} back="/me" />
      <main className="scroll page">
        <p>{t("end.what")}</p>
        <ul className="advice">
          <li>{t("end.rooms")}</li>
          <li>{t("end.keys")}</li>
          <li>{t("end.name")}</li>
          <li>{t("end.never_refused")}</li>
        </ul>
        <p>
          {t("end.archive_first")} <Link href="/me/archive">{t("me.archive")}</Link>
        </p>
        <div className="card">
          <Toggle label={t("end.erase")} hint={t("end.erase_hint")} isOn={erase} onChange={setErase} />
        </div>
        <Form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim().toLowerCase() === own.toLowerCase()) void end();
            else setWrong(t("end.name_wrong"));
          }}
        >
          <Field
            label={t("end.type_name", { name: own })}
            value={name}
            onChange={setName}
            autoComplete="off"
            verbatim
            isRequired
          />
          <Field
            label={t("account.password")}
            type="password"
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            isRequired
          />
          <Wrong text={wrong} />
          <BusyButton className="button danger" type="submit" isBusy={busy}>
            {busy ? t("end.ending") : t("end.end")}
          </BusyButton>
        </Form>
      </main>
    </>
  );
}
