/** A report as it will be sent, made anew with each choice: what is shown before sending is this and nothing else. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { wordingOf } from "../../model/standing";
import type { Clause, Item, ReportKind, WantedReport } from "../../protocol/conduct";
import { useClient } from "../../shell/client";
import { useKey } from "../standing/useConduct";
import { disclose, showable } from "./disclosing";
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

/** Return the report; undefined while messages are being opened. */
export function useDraft(
  subject: Subject,
  { clause, kind, words, chosen }: Choices,
): WantedReport | undefined {
  const { i18n } = useTranslation();
  const client = useClient();
  const ids = [...chosen].sort();
  const opened = useQuery({
    queryKey: useKey("disclosed", ...ids),
    queryFn: async () => {
      if (subject.kind !== "message" || ids.length === 0) return [];
      const near = showable(client, subject.roomId, subject.eventId);
      return disclose(
        client,
        near.filter((one) => chosen.has(one.id)).map((one) => one.event),
      );
    },
    gcTime: 0,
  });
  if (clause === null || opened.data === undefined) return undefined;
  const rule = `${clause.id} ${wordingOf(clause, i18n.language).title}`;
  return {
    item: itemOf(subject),
    subject: subject.kind === "person" ? subject.userId : null,
    kind,
    category: clause.category,
    explanation: words.trim() === "" ? rule : `${rule}\n\n${words.trim()}`,
    disclosed: opened.data,
  };
}
