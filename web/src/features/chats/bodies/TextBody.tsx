import { textOf } from "../../../model/said";
import { isBigEmoji } from "../../../model/text";
import { LinkCards } from "../../links/LinkCards";
import type { BodyProps } from "./body";
import { Words } from "./Words";

export function TextBody({ said }: BodyProps) {
  const text = textOf(said.content);
  if (isBigEmoji(text)) return <span className="big-emoji">{text}</span>;
  return (
    <>
      <Words text={text} mentions={said.content["m.mentions"]} />
      <LinkCards content={said.content} />
    </>
  );
}
