import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { useTranslation } from "react-i18next";
import { Welcome } from "../features/account/Welcome";
import { askEarly } from "../protocol/early";
import { endSession, keepSession, keptSession, onOtherTab, type Session } from "../protocol/login";
import type { Step } from "../protocol/matrix";
import { Waiting } from "../widgets/Waiting";
import { Before } from "./Before";
import { Boundary } from "./Boundary";
import type { Farewell } from "./farewell";
import { firstPage, type Way } from "./firstPage";
import { Insecure } from "./Insecure";
import { allWords } from "./i18n";
import { latePart } from "./part";
import type { Origin } from "./useStart";

// Everything behind the login, with the Matrix SDK: not before somebody has logged in.
const Inside = lazy(async () => {
  const [{ Inside: inside }] = await Promise.all([import("./Inside"), allWords()]);
  return { default: inside };
});
// Keeping all files for a start without a connection takes its share of the connection: not while somebody waits.
const UpdatePrompt = latePart(async () => (await import("./UpdatePrompt")).UpdatePrompt);

export function App() {
  const { i18n } = useTranslation();
  return (
    <I18nProvider locale={i18n.language === "en" ? "en-US" : "zh-CN"}>
      <Boundary>
        <Suspense fallback={<Waiting />}>{window.isSecureContext ? <Doors /> : <Insecure />}</Suspense>
        <UpdatePrompt />
      </Boundary>
    </I18nProvider>
  );
}

/** Outside or inside. */
function Doors() {
  const [session, setSession] = useState<Session | null>(keptSession);
  const [origin, setOrigin] = useState<Origin>("kept");
  const [farewell, setFarewell] = useState<Farewell | null>(null);
  const { t } = useTranslation();
  const isInside = session !== null;
  // Something stands there until Inside has something to show.
  const [step, setStep] = useState<Step | "fetching" | null>("fetching");

  /** What another tab did with the session holds in this one. */
  const follow = useCallback(
    (kept: Session | null) => {
      setOrigin(kept === null ? "kept" : "elsewhere");
      setSession(kept);
      setStep("fetching");
      // Who was opening a page when another tab came in still wants to see it; what stood there of somebody's goes with them.
      if (isInside || kept === null) history.replaceState(null, "", "/");
    },
    [isInside],
  );
  useEffect(() => onOtherTab(follow), [follow]);
  const enter = useCallback(
    (entered: Session, way: Way) => {
      const kept = keptSession();
      setFarewell(null);
      if (kept !== null) {
        // Another tab was faster: a browser keeps the keys of one session. Should this fail, it stands in the list of devices.
        endSession(entered).catch(() => undefined);
        follow(kept);
        return;
      }
      keepSession(entered);
      askEarly(entered, true);
      history.replaceState(null, "", firstPage(way, location.href));
      setOrigin("entered");
      setSession(entered);
    },
    [follow],
  );
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
      {step !== null && (
        <Before
          text={step === "fetching" ? t("app.loading") : t(`start.${step}`)}
          isStuck={step === "offline"}
        />
      )}
      <Suspense fallback={null}>
        <Inside
          key={session.accessToken}
          session={session}
          origin={origin}
          onLeave={leave}
          onStep={setStep}
        />
      </Suspense>
    </>
  );
}
