import { textOf } from "../../../model/said";
import { isBigEmoji } from "../../../model/text";
import { LinkCards } from "../../links/LinkCards";
import type { BodyProps } from "./body";
import { SaidWords } from "./SaidWords";

export function TextBody({ said }: BodyProps) {
  const text = textOf(said.content);
  if (isBigEmoji(text)) return <span className="big-emoji">{text}</span>;
  return (
    <>
      <SaidWords content={said.content} />
      <LinkCards content={said.content} />
    </>
  );
}
