import { BookUser, Compass, MessageCircle, UserRound } from "lucide-react";
import type { MatrixClient } from "matrix-js-sdk";
import { Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { useOutbox } from "../features/chats/outbox";
import { useUnread } from "../features/chats/useChats";
import { Everywhere } from "../features/standing/Everywhere";
import type { Session } from "../protocol/login";
import { isSignedOut, type Step, startClient } from "../protocol/matrix";
import { Result } from "../widgets/Result";
import { TabBar } from "../widgets/TabBar";
import { Waiting } from "../widgets/Waiting";
import { ClientContext } from "./client";
import { takeTab } from "./oneTab";
import { showRefusal } from "./refusals";
import { ROUTES } from "./routes";

type State =
  | { at: "waiting"; step: Step }
  | { at: "elsewhere" }
  | { at: "ready"; client: MatrixClient }
  | { at: "failed" };

interface InsideProps {
  session: Session;
  onLeave: () => void;
}

/** Everything behind the login. */
export function Inside({ session, onLeave }: InsideProps) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>({ at: "waiting", step: "opening" });
  const [steal, setSteal] = useState(false);

  useEffect(() => {
    let client: MatrixClient | null = null;
    let gone = false;
    async function start(): Promise<void> {
      const mine = await takeTab(steal, () => {
        client?.stopClient();
        setState({ at: "elsewhere" });
      });
      if (gone) return;
      if (!mine) {
        setState({ at: "elsewhere" });
        return;
      }
      client = await startClient(session, (step) => setState({ at: "waiting", step }), showRefusal);
      if (gone) client.stopClient();
      else setState({ at: "ready", client });
    }
    start().catch((error: unknown) => {
      if (isSignedOut(error)) onLeave();
      else setState({ at: "failed" });
    });
    return () => {
      gone = true;
      client?.stopClient();
    };
  }, [session, steal, onLeave]);

  if (!window.isSecureContext) {
    return (
      <div className="app">
        <Result kind="bad" title={t("start.insecure")} text={t("start.insecure_hint")} />
      </div>
    );
  }
  if (state.at === "elsewhere") {
    return (
      <div className="app">
        <Result
          kind="plain"
          title={t("start.elsewhere")}
          text={t("start.elsewhere_hint")}
          action={t("start.use_here")}
          onAction={() => setSteal(true)}
        />
      </div>
    );
  }
  if (state.at === "failed") {
    return (
      <div className="app">
        <Result
          kind="bad"
          title={t("errors.title")}
          text={t("errors.offline")}
          action={t("errors.retry")}
          onAction={() => location.reload()}
        />
      </div>
    );
  }
  if (state.at === "waiting") {
    return (
      <div className="app">
        <Waiting text={t(`start.${state.step}`)} />
      </div>
    );
  }
  return (
    <ClientContext value={state.client}>
      <Everywhere>
        <Places onLeave={onLeave} />
      </Everywhere>
    </ClientContext>
  );
}

function Places({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation();
  const [at] = useLocation();
  const unread = useUnread();
  useOutbox();
  const tabs = [
    { href: "/chats", label: t("tabs.chats"), icon: MessageCircle, unread },
    { href: "/contacts", label: t("tabs.contacts"), icon: BookUser },
    { href: "/discover", label: t("tabs.discover"), icon: Compass },
    { href: "/me", label: t("tabs.me"), icon: UserRound },
  ];
  return (
    <div className="app">
      <Switch>
        {ROUTES.map(({ path, page: Page, isPlace }) => (
          <Route key={path} path={path}>
            {(params) => (
              <Suspense fallback={<Waiting />}>
                <Page key={at} params={decoded(params)} onLeave={onLeave} />
                {isPlace && <TabBar tabs={tabs} at={at} />}
              </Suspense>
            )}
          </Route>
        ))}
        <Route>
          <Redirect to="/chats" />
        </Route>
      </Switch>
    </div>
  );
}

function decoded(params: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value ?? "")]);
  return Object.fromEntries(entries);
}
