import { textOf } from "../../../model/said";
import { LinkCards } from "../../links/LinkCards";
import type { BodyProps } from "./body";
import { Words } from "./Words";

/** Said by a program. */
export function NoticeBody({ said }: BodyProps) {
  return (
    <>
      <span className="quiet">
        <Words text={textOf(said.content)} mentions={said.content["m.mentions"]} />
      </span>
      <LinkCards content={said.content} />
    </>
  );
}
