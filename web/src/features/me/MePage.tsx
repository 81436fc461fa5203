import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { leave } from "../../protocol/matrix";
import { useClient } from "../../shell/client";
import { LANGUAGES, type Language, speak } from "../../shell/i18n";
import type { PageProps } from "../../shell/routes";
import { keptTheme, showTheme, THEMES, type Theme } from "../../shell/theme";
import { Avatar } from "../../widgets/Avatar";
import { Choice } from "../../widgets/Choice";
import { Sheet } from "../../widgets/Sheet";
import { TopBar } from "../../widgets/TopBar";

/** Oneself: who one is here, how it looks, the way out. */
export function MePage({ onLeave }: PageProps) {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const [theme, setTheme] = useState<Theme>(keptTheme);
  const [isAsking, setAsking] = useState(false);
  const id = client.getSafeUserId();

  async function signOut(): Promise<void> {
    try {
      await leave(client);
    } finally {
      onLeave();
    }
  }

  return (
    <>
      <TopBar title={t("me.title")} />
      <main className="scroll page">
        <div className="line card">
          <span className="clip">{id}</span>
          <Avatar id={id} name={id} />
        </div>
        <nav className="card" aria-label={t("standing.title")}>
          <Link className="line" href="/me/standing">
            <span>{t("standing.title")}</span>
            <ChevronRight size={20} aria-hidden />
          </Link>
          <Link className="line" href="/me/reports">
            <span>{t("report.mine")}</span>
            <ChevronRight size={20} aria-hidden />
          </Link>
        </nav>
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
          onChange={(language) => void speak(language)}
        />
        <Button className="button" onPress={() => setAsking(true)}>
          {t("account.sign_out")}
        </Button>
      </main>
      <Sheet title={t("me.sign_out_title")} isOpen={isAsking} onClose={() => setAsking(false)} asks>
        <p>{t("me.sign_out_hint")}</p>
        <Button className="button danger" onPress={() => void signOut()}>
          {t("account.sign_out")}
        </Button>
        <Button className="button" onPress={() => setAsking(false)} autoFocus>
          {t("me.cancel")}
        </Button>
      </Sheet>
    </>
  );
}
