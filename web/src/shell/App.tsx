import { lazy, Suspense, useCallback, useState } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { useTranslation } from "react-i18next";
import { Welcome } from "../features/account/Welcome";
import { askEarly } from "../protocol/early";
import { keepSession, keptSession, type Session } from "../protocol/login";
import type { Step } from "../protocol/matrix";
import { Waiting } from "../widgets/Waiting";
import { Before } from "./Before";
import { Boundary } from "./Boundary";
import type { Farewell } from "./farewell";
import { Insecure } from "./Insecure";
import { allWords } from "./i18n";
import { whenSettled } from "./settled";

// Everything behind the login, with the Matrix SDK: not before somebody has logged in.
const Inside = lazy(async () => {
  const [{ Inside: inside }] = await Promise.all([import("./Inside"), allWords()]);
  return { default: inside };
});
// Keeping all files for a start without a connection takes its share of the connection: not while somebody waits.
const UpdatePrompt = lazy(async () => {
  await whenSettled();
  return { default: (await import("./UpdatePrompt")).UpdatePrompt };
});

export function App() {
  const { i18n } = useTranslation();
  return (
    <I18nProvider locale={i18n.language === "en" ? "en-US" : "zh-CN"}>
      <Boundary>
        <Suspense fallback={<Waiting />}>{window.isSecureContext ? <Doors /> : <Insecure />}</Suspense>
        <Suspense fallback={null}>
          <UpdatePrompt />
        </Suspense>
      </Boundary>
    </I18nProvider>
  );
}

/** Outside or inside. */
function Doors() {
  const [session, setSession] = useState<Session | null>(keptSession);
  const [farewell, setFarewell] = useState<Farewell | null>(null);
  const { t } = useTranslation();
  // Something stands there until Inside has something to show.
  const [step, setStep] = useState<Step | "fetching" | null>("fetching");

  const enter = useCallback((entered: Session) => {
    keepSession(entered);
    askEarly(entered, true);
    setFarewell(null);
    setSession(entered);
  }, []);
  // The same function for ever: whoever is inside starts anew when it changes.
  const leave = useCallback((why?: Farewell) => {
    keepSession(null);
    setFarewell(why ?? null);
    setSession(null);
    setStep("fetching");
    history.replaceState(null, "", "/");
  }, []);

  if (session === null) return <Welcome onEnter={enter} farewell={farewell} />;
  return (
    <>
      {step !== null && <Before text={step === "fetching" ? t("app.loading") : t(`start.${step}`)} />}
      <Suspense fallback={null}>
        <Inside session={session} onLeave={leave} onStep={setStep} />
      </Suspense>
    </>
  );
}
