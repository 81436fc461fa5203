import { useEffect, useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { InvitationWanted, type Session, signIn, signUp } from "../../protocol/login";
import { fetchAhead } from "../../shell/ahead";
import type { Way } from "../../shell/firstPage";
import { wordsFor } from "../../shell/words";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { TopBar } from "../../widgets/TopBar";
import { Wrong } from "../../widgets/Wrong";

interface EnterProps {
  way: Way;
  onEnter: (session: Session, way: Way) => void;
  onBack: () => void;
}

/** Make an account, or sign in to one. */
export function Enter({ way, onEnter, onBack }: EnterProps) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [token, setToken] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  useEffect(fetchAhead, []);

  async function enter(): Promise<void> {
    if (busy) return;
    setBusy(true);
    setWrong(null);
    try {
      const isPhone = /Mobi/.test(navigator.userAgent);
      const device = t(isPhone ? "account.device_phone" : "account.device_computer");
      const entry = { username: name.trim(), password, device };
      const session = await (way === "up" ? signUp(entry, token?.trim()) : signIn(entry));
      onEnter(session, way);
    } catch (error) {
      if (error instanceof InvitationWanted) setToken("");
      else
        setWrong(
          wordsFor(
            error,
            t,
            way === "in" ? {} : { M_FORBIDDEN: token === null ? "errors.closed" : "errors.bad_invitation" },
          ),
        );
      setBusy(false);
    }
  }

  const label = way === "up" ? t("account.sign_up") : t("account.sign_in");
  const doing = way === "up" ? t("account.signing_up") : t("account.signing_in");
  return (
    <main className="app">
      <TopBar title={label} back={onBack} />
      <Form
        className="page"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <Field
          label={t("account.name")}
          {...(way === "up" && { hint: t("account.name_hint") })}
          value={name}
          onChange={setName}
          autoComplete="username"
          verbatim
          isRequired
          autoFocus
        />
        <Field
          label={t("account.password")}
          type="password"
          {...(way === "up" && { hint: t("account.password_hint") })}
          value={password}
          onChange={setPassword}
          autoComplete={way === "up" ? "new-password" : "current-password"}
          isRequired
        />
        {token !== null && (
          <Field label={t("account.token")} value={token} onChange={setToken} verbatim isRequired autoFocus />
        )}
        <Wrong text={wrong} />
        <BusyButton className="button primary" type="submit" isBusy={busy}>
          {busy ? doing : label}
        </BusyButton>
      </Form>
    </main>
  );
}
