/** What was chosen to be sent, until it has been looked at: by a tool, a drop or a paste. */
import { newBoard } from "../../shell/board";
import type { Target } from "../chats/composerTools";

export interface Offer {
  readonly target: Target;
  readonly files: readonly File[];
  /** As they are: pictures too. */
  readonly asFiles: boolean;
}

export const { put: offer, use: useOffer } = newBoard<Offer | null>(null);

/** At once: more are sent in another go. */
export const FILES_MAX = 30;
