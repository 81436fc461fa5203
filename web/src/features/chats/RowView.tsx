import { memo } from "react";
import type { Row } from "../../model/rows";
import { saidOf } from "../../model/said";
import type { Timeline } from "../../model/timeline";
import { useQuickWords } from "../../shell/quickWords";
import { Bubble } from "./Bubble";
import { dayOf } from "./days";
import { NoticeLine, NoticeLines } from "./NoticeLine";
import { useTalk } from "./talk";

/** The id of a row's element, to find it for the keyboard. */
export function rowId(key: string): string {
  return `row-${key}`;
}

interface RowViewProps {
  row: Row;
  timeline: Timeline;
  /** The one that Tab comes to. */
  isActive: boolean;
  /** Counted from 1, for screen readers: the list holds more than is there. */
  place: number;
}

/** One line of a conversation. While nothing is said, scrolling draws none of them twice. */
export const RowView = memo(function RowView({ row, timeline, isActive, place }: RowViewProps) {
  const { t, locale } = useQuickWords();
  const { me } = useTalk();
  if (row.kind === "day") {
    return (
      <div className="day">
        <span>{dayOf(row.at, Date.now(), locale, t)}</span>
      </div>
    );
  }
  if (row.kind === "unread") return <div className="unread-line">{t("talk.unread_line")}</div>;
  if (row.kind === "notices") return <NoticeLines ids={row.ids} what={row.what} timeline={timeline} />;
  const said = saidOf(timeline, row.id, me);
  if (said === null) return null;
  if (row.kind === "notice") return <NoticeLine fact={said} />;
  return (
    <Bubble
      said={said}
      first={row.first}
      last={row.last}
      isActive={isActive}
      place={place}
      id={rowId(row.key)}
    />
  );
});
