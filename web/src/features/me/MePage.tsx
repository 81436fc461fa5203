import "./me.css";
import { ChevronRight, ExternalLink, LogOut, Scale, Smartphone, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useAttempt } from "../../shell/attempt";
import { LANGUAGES, type Language, speak } from "../../shell/i18n";
import { isInstalled, useInstall } from "../../shell/install";
import type { PageProps } from "../../shell/routes";
import { keptTheme, showTheme, THEMES, type Theme } from "../../shell/theme";
import { Avatar } from "../../widgets/Avatar";
import { Choice } from "../../widgets/Choice";
import { Main } from "../../widgets/Main";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { Wrong } from "../../widgets/Wrong";
import { useKeys } from "../keys/useKeys";
import { MENU } from "./menu";
import { SignOutSheet } from "./SignOutSheet";
import { useOwnProfile } from "./useOwnProfile";

/** Oneself: who one is here, everything one can set, the way out. */
export function MePage({ onLeave }: PageProps) {
  const { t, i18n } = useTranslation();
  const { id, name, picture } = useOwnProfile();
  const install = useInstall();
  const keys = useKeys();
  const [theme, setTheme] = useState<Theme>(keptTheme);
  const { busy, wrong, attempt } = useAttempt();
  const [isAsking, setAsking] = useState(false);
  const isTodo = keys !== null && !(keys.isVerified && keys.hasSecrets && keys.hasRecovery);

  return (
    <>
      <TopBar title={t("me.title")} />
      <Main className="scroll page me-list">
        <div className="card">
          <Link className="line who" href="/me/profile" aria-label={t("me.profile")}>
            <Avatar id={id} name={name} src={picture} />
            <span className="words">
              <strong>{name}</strong>
              <small>{id}</small>
            </span>
            <ChevronRight className="go" size={20} aria-hidden />
          </Link>
        </div>
        {MENU.map((items) => (
          <nav
            className="card"
            key={items[0]?.href}
            aria-label={`${t("me.title")}: ${t(`${items[0]?.words}`)}`}
          >
            {items.map(({ href, words, icon: Icon }) => (
              <Link className="line" key={href} href={href}>
                <Icon size={22} aria-hidden />
                <span className="words">{t(words)}</span>
                {href === "/me/recovery" && isTodo && (
                  <span className="mark-todo" role="img" aria-label={t("me.todo")} />
                )}
                <ChevronRight className="go" size={20} aria-hidden />
              </Link>
            ))}
          </nav>
        ))}
        <div className="card padded">
          <Choice
            label={t("me.theme")}
            options={THEMES.map((one) => [one, t(`me.theme_${one}`)] as const)}
            value={theme}
            onChange={(chosen) => {
              setTheme(chosen);
              showTheme(chosen);
            }}
          />
          <Choice
            label={t("me.language")}
            options={Object.entries(LANGUAGES) as [Language, string][]}
            value={i18n.language as Language}
            onChange={(language) => void attempt(() => speak(language))}
          />
          {busy && <Waiting />}
          <Wrong text={wrong} />
        </div>
        <div className="card">
          {install !== null && !isInstalled() && (
            <Button className="line as-button" onPress={() => void install()}>
              <Smartphone size={22} aria-hidden />
              <span className="words">
                {t("me.install")}
                <small>{t("me.install_hint")}</small>
              </span>
            </Button>
          )}
          {/* A file and no page of the app. */}
          <a className="line" href="/licences.txt" target="_blank" rel="noreferrer">
            <Scale size={22} aria-hidden />
            <span className="words">{t("me.licences")}</span>
            <ExternalLink className="go" size={20} aria-hidden />
          </a>
          <Button className="line as-button" onPress={() => setAsking(true)}>
            <LogOut size={22} aria-hidden />
            <span className="words">{t("account.sign_out")}</span>
          </Button>
          <Link className="line" href="/me/end">
            <Trash2 size={22} aria-hidden />
            <span className="words">{t("me.end")}</span>
            <ChevronRight className="go" size={20} aria-hidden />
          </Link>
        </div>
      </Main>
      <SignOutSheet isOpen={isAsking} onClose={() => setAsking(false)} onLeave={onLeave} keys={keys} />
    </>
  );
}
