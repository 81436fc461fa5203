import type { ComponentType } from "react";
import type { Said } from "../../../model/said";

/** What the body of a message is given. Its bubble, the name, the time and what can be done with it are drawn around it. */
export interface BodyProps {
  readonly said: Said;
  readonly mine: boolean;
}

export type Body = ComponentType<BodyProps>;
