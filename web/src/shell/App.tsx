import { lazy, Suspense, useState } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { useTranslation } from "react-i18next";
import { Welcome } from "../features/account/Welcome";
import { keepSession, keptSession, type Session } from "../protocol/login";
import { Waiting } from "../widgets/Waiting";
import { Boundary } from "./Boundary";

// Everything behind the login, with the Matrix SDK: not before somebody has logged in.
const Inside = lazy(async () => ({ default: (await import("./Inside")).Inside }));

export function App() {
  const { i18n } = useTranslation();
  const [session, setSession] = useState<Session | null>(keptSession);

  function enter(entered: Session | null): void {
    keepSession(entered);
    setSession(entered);
  }

  return (
    <I18nProvider locale={i18n.language === "en" ? "en-US" : "zh-CN"}>
      <Boundary>
        <Suspense fallback={<Waiting />}>
          {session === null ? (
            <Welcome onEnter={enter} />
          ) : (
            <Inside session={session} onLeave={() => enter(null)} />
          )}
        </Suspense>
      </Boundary>
    </I18nProvider>
  );
}
