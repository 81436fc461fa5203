import { LinkCards } from "../../links/LinkCards";
import type { BodyProps } from "./body";
import { SaidWords } from "./SaidWords";

/** Said by a program. */
export function NoticeBody({ said }: BodyProps) {
  return (
    <>
      <div className="quiet">
        <SaidWords content={said.content} />
      </div>
      <LinkCards content={said.content} />
    </>
  );
}
