/** Who is here, as far as this session has heard. What the SDK keeps over a reload may be of yesterday: it is not used. */
import { ClientEvent, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import { type Presence, presenceFrom } from "../../model/presence";
import { newBoard } from "../../shell/board";

const NOBODY: ReadonlyMap<string, Presence> = new Map();
const board = newBoard<ReadonlyMap<string, Presence>>(NOBODY);
let known = NOBODY;

/** Everybody of whom something is known; nobody while one does not want to be seen oneself. */
export const useKnown = board.use;

function put(userId: string, content: Readonly<Record<string, unknown>>): void {
  known = new Map(known).set(userId, presenceFrom(content, Date.now()));
  board.put(known);
}

/** Hear what the server tells, for as long as it is wanted. */
export function hearPresence(client: MatrixClient): () => void {
  function heard(event: MatrixEvent): void {
    if (event.getType() === "m.presence") put(event.getSender() ?? "", event.getContent());
  }
  client.on(ClientEvent.Event, heard);
  return () => {
    client.off(ClientEvent.Event, heard);
    known = NOBODY;
    board.put(known);
  };
}

/** Ask of those of whom nothing was heard yet, one after another. */
export async function askPresence(client: MatrixClient, userIds: readonly string[]): Promise<void> {
  for (const userId of userIds) {
    if (known.has(userId)) continue;
    try {
      put(userId, { ...(await client.getPresence(userId)) });
    } catch {
      // Nobody whom one shares a chat with, or no connection: then nothing is shown.
    }
  }
}
