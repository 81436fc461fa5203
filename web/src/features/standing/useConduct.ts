/** Standing and reports as the server tells them, anew whenever something about them arrives. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { ClientEvent, type MatrixEvent, type Room, RoomEvent } from "matrix-js-sdk";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { nextChange } from "../../model/standing";
import { Conduct, type Decision, type Rules } from "../../protocol/conduct";
import { Refused } from "../../protocol/http";
import { useClient } from "../../shell/client";
import { isNoticesRoom } from "./notices";

const TICK_MS = 20_000;

export function useConduct(): Conduct {
  const client = useClient();
  return useMemo(() => new Conduct(client.getAccessToken() ?? ""), [client]);
}

const ALL = "conduct";

/** Return the key of what was asked: one account's answers are never another's. */
export function useKey(...parts: readonly (string | number)[]): readonly (string | number)[] {
  return [ALL, useClient().getSafeUserId(), ...parts];
}

/** Return what asks anew for everything that was asked here. */
export function useAskAnew(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(() => queries.invalidateQueries({ queryKey: [ALL] }), [queries]);
}

/** What the account cannot do now, and every decision that there was about it. */
export function useStanding() {
  const conduct = useConduct();
  return useQuery({
    queryKey: useKey("standing"),
    queryFn: async () => {
      const [{ restricted }, decisions] = await Promise.all([conduct.standing(), conduct.decisions()]);
      return { restricted, decisions };
    },
  });
}

export function useStatement(id: string) {
  const conduct = useConduct();
  return useQuery({ queryKey: useKey("statement", id), queryFn: () => conduct.statement(id) });
}

/** What is published never changes, so nothing asks for it anew: what was checked stays what is shown. */
function useRulesQuery(version: number | undefined) {
  const conduct = useConduct();
  return queryOptions({
    queryKey: useKey("rules", version ?? 0),
    queryFn: () => conduct.rules(version ?? 0),
    staleTime: "static",
  });
}

/** The rules that a decision cites; null: none, or not known yet. */
export function useRules(version: number | undefined) {
  return useQuery({ ...useRulesQuery(version), enabled: version !== undefined });
}

/** Return what finds the rules of `useRules`, the very ones that are shown; null: the server refuses them. */
export function useFindRules(version: number): () => Promise<Rules | null> {
  const queries = useQueryClient();
  const query = useRulesQuery(version);
  return () =>
    queries.query({ ...query, retry: false }).catch((error: unknown) => {
      if (error instanceof Refused) return null;
      throw error;
    });
}

/** Return the time, kept up while the page is open. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Ask again at the next moment at which the clock alone changes one of these. */
export function useClock(decisions: readonly Decision[] | undefined): void {
  const askAnew = useAskAnew();
  useEffect(() => {
    const at = decisions === undefined ? null : nextChange(decisions, Date.now());
    // A timer cannot wait longer than 24 days; whoever keeps a page open for so long sees it at the next look.
    if (at === null || at - Date.now() > 2 ** 31 - 1) return;
    const timer = setTimeout(() => void askAnew(), at - Date.now() + 500);
    return () => clearTimeout(timer);
  }, [decisions, askAnew]);
}

/** Keep everything above up to date for as long as somebody is logged in: news come through the notices room. */
export function useConductNews(): void {
  const client = useClient();
  const askAnew = useAskAnew();
  useEffect(() => {
    // The room itself, since the client does not know a new one yet when its first messages come.
    function told(_event: MatrixEvent, room: Room | undefined): void {
      if (room !== undefined && isNoticesRoom(room)) void askAnew();
    }
    client.on(RoomEvent.Timeline, told);
    return () => {
      client.off(RoomEvent.Timeline, told);
    };
  }, [client, askAnew]);
}

const LANGUAGE = "org.courtyard.language";

/** Tell the server in which language statements are to be written: the one that is read here. docs/manual/mail.md */
export function useToldLanguage(): void {
  const client = useClient();
  const { language } = useTranslation().i18n;
  useEffect(() => {
    function tell(): void {
      const said = client.getAccountData(LANGUAGE as never)?.getContent<{ language?: string }>().language;
      // Not urgent: what fails is said again with the next start or choice.
      if (said !== language) client.setAccountData(LANGUAGE as never, { language } as never).catch(() => {});
    }
    tell();
    client.on(ClientEvent.Room, tell);
    return () => {
      client.off(ClientEvent.Room, tell);
    };
  }, [client, language]);
}
