import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { newsIn } from "../../model/news";
import type { Timeline } from "../../model/timeline";
import { lineOf } from "./lines";
import { useTalk } from "./talk";

interface Line {
  readonly id: string;
  readonly words: string;
}

/** Reads what others say to those who do not see it, as it comes; never what was there before. */
export function News({ timeline }: { timeline: Timeline }) {
  const { t } = useTranslation();
  const { me, nameOf } = useTalk();
  const [lines, setLines] = useState<readonly Line[]>([]);
  const known = useRef<string | undefined>(undefined);
  useEffect(() => {
    const { said, upTo } = newsIn(timeline, known.current, me);
    known.current = upTo;
    if (said.length === 0) return;
    setLines(said.map((one) => ({ id: one.id, words: `${nameOf(one.sender)}: ${lineOf(one, t)}` })));
  }, [timeline, me, nameOf, t]);
  return (
    <div className="sr-only" aria-live="polite">
      {/* Each is a part of its own: who says the same twice is heard twice. */}
      {lines.map(({ id, words }) => (
        <p key={id}>{words}</p>
      ))}
    </div>
  );
}
