/** How a session gets its client, in the one tab that uses it. */
import { HttpApiEvent, type MatrixClient } from "matrix-js-sdk";
import { useEffect, useState } from "react";
import type { Session } from "../protocol/login";
import { forget, isSignedOut, type Step, startClient } from "../protocol/matrix";
import { askToKeep } from "./askToKeep";
import type { Farewell } from "./farewell";
import { takeTab } from "./oneTab";
import { showRefusal } from "./refusals";
import { settle } from "./settled";

type State =
  | { at: "waiting"; step: Step }
  | { at: "elsewhere" }
  | { at: "ready"; client: MatrixClient }
  | { at: "failed"; error: unknown };

/** Where a session comes from: it was kept here; it has just been entered in this tab, so that no other one can be using it; or it came in
 *  another tab, which uses it until this one is told to take over.
 */
export type Origin = "kept" | "entered" | "elsewhere";

/** Start the client of a session in this tab, once; return how far it is, and what takes over from another tab. */
export function useStart(session: Session, origin: Origin, onLeave: (why?: Farewell) => void) {
  const [state, setState] = useState<State>(
    origin === "elsewhere" ? { at: "elsewhere" } : { at: "waiting", step: "opening" },
  );
  // How often this tab was told to take over from another one.
  const [takes, setTakes] = useState(0);

  useEffect(() => {
    // Not even a look whether the other tab holds it: it may be on its way there.
    if (origin === "elsewhere" && takes === 0) return;
    let client: MatrixClient | null = null;
    let gone = false;
    async function start(): Promise<void> {
      // A tab in which somebody signed out keeps the lock for as long as its page is there.
      const mine = await takeTab(origin === "entered" || takes > 0);
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
      askToKeep();
    }
    start().catch((error: unknown) => {
      if (isSignedOut(error)) onLeave("signed_out_elsewhere");
      else if (!gone) setState({ at: "failed", error });
    });
    return () => {
      gone = true;
      client?.stopClient();
    };
  }, [session, origin, takes, onLeave]);

  function takeOver(): void {
    setState({ at: "waiting", step: "opening" });
    setTakes((count) => count + 1);
  }

  return { state, takeOver };
}
