/** What the account keeps for all of one's devices, and changes to it.
 *
 *  The server takes a whole thing, not a change: two changes that both begin with what was last told would take each other back. Here a
 *  change is seen at once, and written when the one before it has been, upon what the server has by then; one that fails is taken back
 *  alone.
 */
import { ClientEvent, type MatrixClient, MatrixError, type MatrixEvent, Method } from "matrix-js-sdk";
import { deepCompare } from "matrix-js-sdk/lib/utils";
import { Unreachable } from "./http";

export type Content = Readonly<Record<string, unknown>>;
type Change = (before: Content) => Content;

/** What is kept, with the changes that are on their way. */
export interface Kept {
  readonly content: Content;
  readonly isBusy: boolean;
}

interface Line {
  told: MatrixEvent | undefined;
  changes: readonly Change[];
  kept: Kept;
  last: Promise<unknown>;
  readonly listeners: Set<() => void>;
}

const lines = new WeakMap<MatrixClient, Map<string, Line>>();

/** Return what is kept under a type, the same value until it is another. */
export function kept(client: MatrixClient, type: string): Kept {
  const line = lineOf(client, type);
  if (line.told !== toldOf(client, type)) look(client, type, line);
  return line.kept;
}

/** Be told whenever it may be another; the function that is returned ends it. */
export function onKept(client: MatrixClient, type: string, changed: () => void): () => void {
  const { listeners } = lineOf(client, type);
  listeners.add(changed);
  client.on(ClientEvent.AccountData, changed);
  return () => {
    listeners.delete(changed);
    client.off(ClientEvent.AccountData, changed);
  };
}

/** Change it. Resolves when the server has told that it is so. */
export async function change(client: MatrixClient, type: string, how: Change): Promise<void> {
  const line = lineOf(client, type);
  put(client, type, line, [...line.changes, how]);
  const before = line.last;
  const writing = write();
  line.last = writing.catch(() => undefined);
  await writing;

  async function write(): Promise<void> {
    await before;
    try {
      // The SDK would try for half a minute.
      if (!navigator.onLine) throw new Unreachable("This device has no network.");
      await save(client, type, how(await storedOf(client, type)));
    } finally {
      const left = line.changes.filter((one) => one !== how);
      put(client, type, line, left);
    }
  }
}

/** Return what the server has by now. What this device was told of may be from yesterday: written back, it would undo what another one has
 *  saved since, and let somebody in again who was blocked there.
 *
 *  Not the SDK's own way to ask: it takes what was kept from the last time for an answer of the server's.
 */
async function storedOf(client: MatrixClient, type: string): Promise<Content> {
  const path = `/user/${encodeURIComponent(client.getSafeUserId())}/account_data/${encodeURIComponent(type)}`;
  try {
    return await client.http.authedRequest<Content>(Method.Get, path);
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === "M_NOT_FOUND") return {};
    throw error;
  }
}

async function save(client: MatrixClient, type: string, content: Content): Promise<void> {
  const told = toldOf(client, type)?.getContent();
  // What it was told of already the SDK does not write. That may be older than what it would have to replace.
  if (deepCompare(told, content)) await client.setAccountDataRaw(type as never, content as never);
  else await client.setAccountData(type as never, content as never);
}

function lineOf(client: MatrixClient, type: string): Line {
  const ofClient = lines.get(client) ?? new Map<string, Line>();
  lines.set(client, ofClient);
  const known = ofClient.get(type);
  if (known !== undefined) return known;
  const kept = { content: {}, isBusy: false };
  const line: Line = { told: undefined, changes: [], kept, last: Promise.resolve(), listeners: new Set() };
  ofClient.set(type, line);
  look(client, type, line);
  return line;
}

/** Let it be other changes, and tell. */
function put(client: MatrixClient, type: string, line: Line, changes: readonly Change[]): void {
  line.changes = changes;
  look(client, type, line);
  for (const listener of line.listeners) listener();
}

function look(client: MatrixClient, type: string, line: Line): void {
  line.told = toldOf(client, type);
  const content = line.told?.getContent<Content>() ?? {};
  const isBusy = line.changes.length > 0;
  line.kept = { content: line.changes.reduce((so, how) => how(so), content), isBusy };
}

function toldOf(client: MatrixClient, type: string): MatrixEvent | undefined {
  return client.getAccountData(type as never);
}
