/** Standing and reports as the server tells them, anew whenever something about them arrives. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ClientEvent, type MatrixEvent, type Room, RoomEvent } from "matrix-js-sdk";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { nextChange } from "../../model/standing";
import { Conduct, type Decision } from "../../protocol/conduct";
import { useClient } from "../../shell/client";
import { isNoticesRoom } from "./notices";

const TICK_MS = 20_000;

export function useConduct(): Conduct {
  const client = useClient();
  return useMemo(() => new Conduct(client.getAccessToken() ?? ""), [client]);
}

/** Return the key of what was asked: one account's answers are never another's. */
export function useKey(...parts: readonly (string | number)[]): readonly (string | number)[] {
  return ["conduct", useClient().getSafeUserId(), ...parts];
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

/** The rules that a decision cites; null: none, or not known yet. */
export function useRules(version: number | undefined) {
  const conduct = useConduct();
  return useQuery({
    queryKey: useKey("rules", version ?? 0),
    queryFn: () => conduct.rules(version ?? 0),
    enabled: version !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
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
  const queries = useQueryClient();
  useEffect(() => {
    const at = decisions === undefined ? null : nextChange(decisions, Date.now());
    // A timer cannot wait longer than 24 days; whoever keeps a page open for so long sees it at the next look.
    if (at === null || at - Date.now() > 2 ** 31 - 1) return;
    const timer = setTimeout(
      () => void queries.invalidateQueries({ queryKey: ["conduct"] }),
      at - Date.now() + 500,
    );
    return () => clearTimeout(timer);
  }, [decisions, queries]);
}

/** Keep everything above up to date for as long as somebody is logged in: news come through the notices room. */
export function useConductNews(): void {
  const client = useClient();
  const queries = useQueryClient();
  useEffect(() => {
    // The room itself, since the client does not know a new one yet when its first messages come.
    function told(_event: MatrixEvent, room: Room | undefined): void {
      if (room !== undefined && isNoticesRoom(room)) {
        void queries.invalidateQueries({ queryKey: ["conduct"] });
      }
    }
    client.on(RoomEvent.Timeline, told);
    return () => {
      client.off(RoomEvent.Timeline, told);
    };
  }, [client, queries]);
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
