import { useTalk } from "../talk";
import type { BodyProps } from "./body";
import { SaidWords } from "./SaidWords";

/** What somebody does, told of them: "Lin waves". */
export function EmoteBody({ said }: BodyProps) {
  const { nameOf } = useTalk();
  return (
    <em>
      {nameOf(said.sender)} <SaidWords content={said.content} />
    </em>
  );
}
