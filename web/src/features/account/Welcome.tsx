import "./account.css";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { targetOf } from "../../model/link";
import type { Session } from "../../protocol/login";
import type { Farewell } from "../../shell/farewell";
import type { Way } from "../../shell/firstPage";
import { LANGUAGES, type Language, speak } from "../../shell/i18n";
import { Choice } from "../../widgets/Choice";
import { Enter } from "./Enter";

interface WelcomeProps {
  onEnter: (session: Session, way: Way) => void;
  /** Why somebody is here again. */
  farewell: Farewell | null;
}

/** The first page: what this is, and the two ways in. */
export function Welcome({ onEnter, farewell }: WelcomeProps) {
  const { t, i18n } = useTranslation();
  const [opened] = useState(() => targetOf(location.href, location.origin));
  const [way, setWay] = useState<Way | null>(null);
  if (way !== null) return <Enter way={way} onEnter={onEnter} onBack={() => setWay(null)} />;
  return (
    <main className="app">
      <div className="welcome">
        <img className="mark" src="/icon.svg" alt="" />
        {farewell !== null && (
          <p className="farewell" role="status">
            {t(`welcome.${farewell}`)}
          </p>
        )}
        <h1>{t("welcome.title")}</h1>
        <p className="muted">{t("welcome.lead")}</p>
        {opened !== null && <p>{t(`welcome.link_${opened.kind}`)}</p>}
        <Button className="button primary" onPress={() => setWay("up")}>
          {t("welcome.sign_up")}
        </Button>
        <Button className="button" onPress={() => setWay("in")}>
          {t("welcome.sign_in")}
        </Button>
        <Choice
          label={t("welcome.language")}
          options={Object.entries(LANGUAGES) as [Language, string][]}
          value={i18n.language as Language}
          onChange={(language) => void speak(language)}
        />
      </div>
    </main>
  );
}
