import { textOf } from "../../../model/said";
import { useTalk } from "../talk";
import type { BodyProps } from "./body";
import { Words } from "./Words";

/** What somebody does, told of them: "Lin waves". */
export function EmoteBody({ said }: BodyProps) {
  const { nameOf } = useTalk();
  return (
    <em>
      {nameOf(said.sender)} <Words text={textOf(said.content)} mentions={said.content["m.mentions"]} />
    </em>
  );
}
