import { QueryClientProvider } from "@tanstack/react-query";
import { HttpApiEvent, type MatrixClient } from "matrix-js-sdk";
import { Suspense, useEffect, useLayoutEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { Calls } from "../features/calls/Calls";
import { useOutbox } from "../features/chats/outbox";
import { useUnread } from "../features/chats/useChats";
import { KeysBanner } from "../features/keys/KeysBanner";
import { Verifications } from "../features/keys/Verifications";
import { Background } from "../features/me/Background";
import { useUploading } from "../features/media/uploads";
import { Everywhere } from "../features/standing/Everywhere";
import { unescaped } from "../model/link";
import type { Session } from "../protocol/login";
import { forget, isSignedOut, type Step, startClient } from "../protocol/matrix";
import { Main } from "../widgets/Main";
import { useIsSide } from "../widgets/pane";
import { Result } from "../widgets/Result";
import { TabBar } from "../widgets/TabBar";
import { titleUnread } from "../widgets/title";
import { Waiting } from "../widgets/Waiting";
import { Arrival, SkipLink } from "./Arrival";
import { Boundary } from "./Boundary";
import { ClientContext } from "./client";
import { Failed } from "./Failed";
import { Frame, Nothing } from "./Frame";
import { FullPage } from "./FullPage";
import type { Farewell } from "./farewell";
import { takeTab } from "./oneTab";
import { placeAt, useTabs } from "./places";
import { newQueries } from "./query";
import { QuickWordsProvider, quickWords } from "./quickWords";
import { showRefusal } from "./refusals";
import { ROUTES } from "./routes";
import { settle } from "./settled";
import { useIsWide } from "./wide";

type State =
  | { at: "waiting"; step: Step }
  | { at: "elsewhere" }
  | { at: "ready"; client: MatrixClient }
  | { at: "failed"; error: unknown };

interface InsideProps {
  session: Session;
  /** Another tab uses it, so this one waits until it is told to take over. */
  isElsewhere: boolean;
  onLeave: (why?: Farewell) => void;
  /** How far the start is; null when it has ended, in whichever way. What stands there meanwhile is the caller's. */
  onStep: (step: Step | null) => void;
}

/** Start the client of a session in this tab, once; return how far it is, and what takes over from another tab. */
function useStart(session: Session, isElsewhere: boolean, onLeave: InsideProps["onLeave"]) {
  const [state, setState] = useState<State>(
    isElsewhere ? { at: "elsewhere" } : { at: "waiting", step: "opening" },
  );
  // How often this tab was told to take over from another one.
  const [takes, setTakes] = useState(0);

  useEffect(() => {
    // Not even a look whether the other tab holds it: it may be on its way there.
    if (isElsewhere && takes === 0) return;
    let client: MatrixClient | null = null;
    let gone = false;
    async function start(): Promise<void> {
      const mine = await takeTab(takes > 0);
      if (gone) return;
      if (!mine) {
        setState({ at: "elsewhere" });
        return;
      }
      client = await startClient(session, (step) => setState({ at: "waiting", step }), showRefusal);
      if (gone) {
        client.stopClient();
        return;
      }
      const started = client;
      // Signed out on another device, or by a new password: nothing of it stays here.
      client.once(HttpApiEvent.SessionLoggedOut, () => {
        void forget(started).finally(() => onLeave("signed_out_elsewhere"));
      });
      setState({ at: "ready", client });
      settle();
    }
    start().catch((error: unknown) => {
      if (isSignedOut(error)) onLeave("signed_out_elsewhere");
      else if (!gone) setState({ at: "failed", error });
    });
    return () => {
      gone = true;
      client?.stopClient();
    };
  }, [session, isElsewhere, takes, onLeave]);

  function takeOver(): void {
    setState({ at: "waiting", step: "opening" });
    setTakes((count) => count + 1);
  }

  return { state, takeOver };
}

/** Everything behind the login. */
export function Inside({ session, isElsewhere, onLeave, onStep }: InsideProps) {
  const { t, i18n } = useTranslation();
  const words = useMemo(() => quickWords(t, i18n.language), [t, i18n.language]);
  const { state, takeOver } = useStart(session, isElsewhere, onLeave);
  const [queries] = useState(newQueries);
  const step = state.at === "waiting" ? state.step : null;
  useLayoutEffect(() => onStep(step), [step, onStep]);

  if (state.at === "elsewhere") {
    return (
      <FullPage>
        <Result
          kind="plain"
          title={t("start.elsewhere")}
          text={t("start.elsewhere_hint")}
          action={t("start.use_here")}
          onAction={takeOver}
        />
      </FullPage>
    );
  }
  if (state.at === "failed") return <Failed error={state.error} session={session} />;
  if (state.at === "waiting") return null;
  return (
    <ClientContext value={state.client}>
      <QueryClientProvider client={queries}>
        <Verifications>
          <Background />
          <Everywhere />
          <Calls />
          <QuickWordsProvider value={words}>
            <Places onLeave={onLeave} />
          </QuickWordsProvider>
        </Verifications>
      </QueryClientProvider>
    </ClientContext>
  );
}

function Places({ onLeave }: { onLeave: (why?: Farewell) => void }) {
  const [at] = useLocation();
  const unread = useUnread();
  useOutbox();
  useUploading();
  const tabs = useTabs(unread);
  const isWide = useIsWide();
  const place = placeAt(at);
  useEffect(() => titleUnread(unread), [unread]);
  const Side = ROUTES.find(({ path }) => path === place)?.page ?? null;
  const side = isWide && Side !== null && (
    <Suspense fallback={<Coming />}>
      <KeysBanner />
      <Side key={place} params={{}} onLeave={onLeave} />
      <TabBar tabs={tabs} at={at} />
    </Suspense>
  );
  return (
    <>
      <SkipLink at={at} />
      <Frame side={side || null} place={place}>
        <Switch>
          {ROUTES.map(({ path, page: Page, isPlace = false }) => (
            <Route key={path} path={path}>
              {(params) => (
                <Suspense fallback={<Coming />}>
                  {isPlace && !isWide && <KeysBanner />}
                  {isPlace && isWide ? (
                    <Nothing place={place} />
                  ) : (
                    <Boundary key={at} isPage>
                      <Page params={decoded(params)} onLeave={onLeave} />
                    </Boundary>
                  )}
                  {isPlace && !isWide && <TabBar tabs={tabs} at={at} />}
                  <Arrival at={at} />
                </Suspense>
              )}
            </Route>
          ))}
          <Route>
            <Redirect to="/chats" />
          </Route>
        </Switch>
      </Frame>
    </>
  );
}

/** A page that is being fetched: a landmark and a heading are there before it is. */
function Coming() {
  const { t } = useTranslation();
  const Title = useIsSide() ? "h2" : "h1";
  return (
    <Main className="scroll">
      <Title className="sr-only">{t("app.name")}</Title>
      <Waiting />
    </Main>
  );
}

/** An address that does not come apart names nothing, but the page is there. */
function decoded(params: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(params).map(([name, value]) => [name, unescaped(value ?? "")]);
  return Object.fromEntries(entries);
}
