/** A report as it will be sent, made anew with each choice: what is shown before sending is this and nothing else. */
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { wordingOf } from "../../model/standing";
import type { Clause, Item, ReportKind, WantedReport } from "../../protocol/conduct";
import { useClient } from "../../shell/client";
import { useKey } from "../standing/useConduct";
import { disclose, type RoomKey, roomKeys, showable } from "./disclosing";
import type { Subject } from "./openReport";

export interface Choices {
  readonly clause: Clause | null;
  readonly kind: ReportKind;
  readonly words: string;
  readonly chosen: ReadonlySet<string>;
}

function itemOf(subject: Subject): Item {
  if (subject.kind === "message") return { type: "event", id: subject.eventId, version: "" };
  // Of conduct, the day is the version: another day is another matter.
  const version = new Date().toISOString().slice(0, 10);
  if (subject.kind === "person") return { type: "account", id: subject.userId, version };
  return { type: "room", id: subject.roomId, version };
}

export interface Draft {
  /** The report; undefined while messages are being opened. */
  readonly report: WantedReport | undefined;
  /** How many of the chosen messages could not be opened, and are not in it. */
  readonly leftOut: number;
  /** They could not be opened at all. */
  readonly isFailed: boolean;
  readonly again: () => void;
}

/** Return the report as it stands with these choices. */
export function useDraft(subject: Subject, { clause, kind, words, chosen }: Choices): Draft {
  const { i18n } = useTranslation();
  const client = useClient();
  const ids = [...chosen].sort();
  // Asked for once while the sheet is open, and not with each message that is ticked.
  const keys = useRef<RoomKey[] | null>(null);
  const opened = useQuery({
    queryKey: useKey("disclosed", ...ids),
    queryFn: async () => {
      if (subject.kind !== "message" || ids.length === 0) return [];
      keys.current ??= await roomKeys(client, subject.roomId);
      const near = showable(client, subject.roomId, subject.eventId).filter((one) => chosen.has(one.id));
      return disclose(
        keys.current,
        near.map((one) => one.event),
      );
    },
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const state = {
    leftOut: opened.data === undefined ? 0 : ids.length - opened.data.length,
    isFailed: opened.isError,
    again: () => void opened.refetch(),
  };
  if (clause === null || opened.data === undefined) return { report: undefined, ...state };
  const rule = `${clause.id} ${wordingOf(clause, i18n.language).title}`;
  const report = {
    item: itemOf(subject),
    subject: subject.kind === "person" ? subject.userId : null,
    kind,
    category: clause.category,
    explanation: words.trim() === "" ? rule : `${rule}\n\n${words.trim()}`,
    disclosed: opened.data,
  };
  return { report, ...state };
}
