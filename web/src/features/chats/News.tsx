import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { MESSAGES } from "../../model/rows";
import { saidOf } from "../../model/said";
import type { Timeline } from "../../model/timeline";
import { lineOf } from "./lines";
import { useTalk } from "./talk";

/** Reads what others say to those who do not see it, as it comes; never what was there before. */
export function News({ timeline }: { timeline: Timeline }) {
  const { t } = useTranslation();
  const { me, nameOf } = useTalk();
  const [words, setWords] = useState("");
  const newest = timeline.order.at(-1);
  const known = useRef(newest);
  useEffect(() => {
    if (newest === undefined || newest === known.current) return;
    const isFirst = known.current === undefined;
    known.current = newest;
    const said = saidOf(timeline, newest, me);
    if (
      isFirst ||
      said === null ||
      said.sender === me ||
      said.about !== undefined ||
      !MESSAGES.has(said.type)
    )
      return;
    setWords(`${nameOf(said.sender)}: ${lineOf(said, t)}`);
  }, [newest, timeline, me, nameOf, t]);
  return (
    <p className="sr-only" aria-live="polite">
      {words}
    </p>
  );
}
