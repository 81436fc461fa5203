/** What every line of one open conversation needs to know. */
import { type ComponentType, createContext, useContext } from "react";
import type { Reader } from "../../model/readers";
import type { Said } from "../../model/said";
import type { Timeline } from "../../model/timeline";

export type Action =
  | "reply"
  | "thread"
  | "edit"
  | "delete"
  | "forward"
  | "copy"
  | "save"
  | "keep"
  | "report"
  | "readers"
  | "retry"
  | "discard";

export interface Talk {
  readonly me: string;
  readonly roomId: string;
  readonly inThread: boolean;
  /** More than two people: names are shown. */
  readonly isGroup: boolean;
  /** What a person is called here, by one's own name for them. */
  readonly nameOf: (userId: string) => string;
  /** What everybody calls a person here: so it stands in what was written. */
  readonly calledOf: (userId: string) => string;
  /** The picture of a person, beside what they say. */
  readonly Face: ComponentType<{ userId: string; name: string }>;
  /** Whether somebody may delete what others write. */
  readonly mayDelete: (userId: string) => boolean;
  /** A message by its id, as it stands now; null while it is not loaded. */
  readonly said: (id: string) => Said | null;
  /** Everything that is loaded, also of what came after the last render. */
  readonly now: () => Timeline;
  /** Say yes or no with a sign, or take it back. */
  readonly react: (said: Said, key: string) => void;
  /** How many others have read a message of mine, and all before it. */
  readonly readersOf: (said: Said) => number;
  /** Who they are, in a crowd too. */
  readonly allReaders: (said: Said) => readonly Reader[];
  /** The newest message of mine that somebody has read. */
  readonly lastRead: string | null;
  readonly act: (action: Action, said: Said) => void;
  /** Open what can be done with a message. */
  readonly open: (said: Said) => void;
  /** Look at a picture of this conversation, and from it at the others. */
  readonly view: (said: Said) => void;
  /** Go to a message that is somewhere above. */
  readonly jumpTo: (id: string) => void;
}

export const TalkContext = createContext<Talk | null>(null);

export function useTalk(): Talk {
  const talk = useContext(TalkContext);
  if (talk === null) throw new Error("no conversation: this is shown only inside of one");
  return talk;
}
