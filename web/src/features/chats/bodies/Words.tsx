import { useMemo } from "react";
import { targetOf } from "../../../model/link";
import { EVERYBODY, spokenTo } from "../../../model/mentions";
import { type Named, piecesOf } from "../../../model/text";
import { useTalk } from "../talk";
import { Pill } from "./Pill";
import { TargetLink } from "./TargetLink";

/** Text with its links and the names of those it speaks to. */
export function Words({ text, mentions }: { text: string; mentions: unknown }) {
  const { calledOf } = useTalk();
  const pieces = useMemo(() => piecesOf(text, spoken(mentions, calledOf)), [text, mentions, calledOf]);
  let at = 0;
  return pieces.map((piece) => {
    const key = at;
    at += piece.text.length;
    if (piece.kind === "link") {
      const target = targetOf(piece.href, location.origin);
      if (target !== null) return <TargetLink key={key} target={target} words={piece.text} />;
      return (
        <a key={key} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
          {piece.text}
        </a>
      );
    }
    if (piece.kind === "mention") {
      return <Pill key={key} userId={piece.userId} written={piece.text} />;
    }
    return <span key={key}>{piece.text}</span>;
  });
}

/** Everybody at once is called "@room" by other clients, and by ours in each language. */
const CALLED = ["room", "所有人"];

function spoken(mentions: unknown, calledOf: (userId: string) => string): Named[] {
  const { ids, room } = spokenTo(mentions);
  const people = ids.map((userId) => ({ userId, name: calledOf(userId) }));
  return room ? [...people, ...CALLED.map((name) => ({ userId: EVERYBODY, name }))] : people;
}
