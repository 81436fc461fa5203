import { QueryClientProvider } from "@tanstack/react-query";
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
import type { Step } from "../protocol/matrix";
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
import { placeAt, useTabs } from "./places";
import { newQueries } from "./query";
import { QuickWordsProvider, quickWords } from "./quickWords";
import { ROUTES } from "./routes";
import { type Origin, useStart } from "./useStart";
import { useIsWide } from "./wide";

interface InsideProps {
  session: Session;
  origin: Origin;
  onLeave: (why?: Farewell) => void;
  /** How far the start is; null when it has ended, in whichever way. What stands there meanwhile is the caller's. */
  onStep: (step: Step | null) => void;
}

/** Everything behind the login. */
export function Inside({ session, origin, onLeave, onStep }: InsideProps) {
  const { t, i18n } = useTranslation();
  const words = useMemo(() => quickWords(t, i18n.language), [t, i18n.language]);
  const { state, takeOver } = useStart(session, origin, onLeave);
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
      <Boundary key={place} isPage>
        <Side params={{}} onLeave={onLeave} />
      </Boundary>
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
            <Redirect to="/chats" replace />
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
