import { useMemo } from "react";
import { targetOf } from "../../../model/link";
import { piecesOf } from "../../../model/text";
import { useTalk } from "../talk";
import { Pill } from "./Pill";
import { TargetLink } from "./TargetLink";

/** Text with its links and the names of those it speaks to. */
export function Words({ text, mentions }: { text: string; mentions: unknown }) {
  const { nameOf } = useTalk();
  const pieces = useMemo(
    () =>
      piecesOf(
        text,
        idsOf(mentions).map((userId) => ({ userId, name: nameOf(userId) })),
      ),
    [text, mentions, nameOf],
  );
  let at = 0;
  return pieces.map((piece) => {
    const key = at;
    at += piece.text.length;
    if (piece.kind === "link") {
      const target = targetOf(piece.href);
      if (target !== null) return <TargetLink key={key} target={target} words={piece.text} />;
      return (
        <a key={key} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
          {piece.text}
        </a>
      );
    }
    if (piece.kind === "mention") {
      return <Pill key={key} userId={piece.userId} />;
    }
    return <span key={key}>{piece.text}</span>;
  });
}

const MENTIONS_MAX = 100;

/** spec: client-server-api#user-and-room-mentions */
function idsOf(mentions: unknown): string[] {
  if (typeof mentions !== "object" || mentions === null || !("user_ids" in mentions)) return [];
  const ids = mentions.user_ids;
  if (!Array.isArray(ids)) return [];
  return ids.filter((id): id is string => typeof id === "string").slice(0, MENTIONS_MAX);
}
