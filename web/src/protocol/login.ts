/** Accounts: make one, log in, log out. spec: client-server-api#login, #account-registration-and-management */
import { asker, Refused } from "./http";
import { clearNotes } from "./leftovers";
import { closeShown } from "./shown";

export interface Session {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
}

const KEPT = "courtyard.session";
/** Set from signing in until the session's client is first started. */
const NEW = "courtyard.session_is_new";
export const V3 = "/_matrix/client/v3";

export function keptSession(): Session | null {
  try {
    const { userId, deviceId, accessToken } = JSON.parse(
      localStorage.getItem(KEPT) ?? "{}",
    ) as Partial<Session>;
    return userId && deviceId && accessToken ? { userId, deviceId, accessToken } : null;
  } catch {
    // What cannot be read is no session.
    return null;
  }
}

export function keepSession(session: Session | null): void {
  if (session === null) {
    forgetHere();
    return;
  }
  // First: whoever finds the session finds that it is new.
  localStorage.setItem(NEW, "1");
  localStorage.setItem(KEPT, JSON.stringify(session));
}

/** Where files wait that are not sent yet (`features/media/keptUploads.ts`). */
export const KEPT_UPLOADS = "courtyard.uploads";

/** Say whether nothing in this browser can be of the kept session yet. */
export function isNewSession(): boolean {
  return localStorage.getItem(NEW) !== null;
}

/** From now on what the browser keeps is the kept session's. */
export function beginSession(): void {
  localStorage.removeItem(NEW);
}

/** Be told of a session that came or went in another tab; the function that is returned ends it. */
export function onOtherTab(told: (session: Session | null) => void): () => void {
  function changed(event: StorageEvent): void {
    // No key: everything was taken away.
    if (event.key !== KEPT && event.key !== null) return;
    const session = keptSession();
    // What this tab has told of is no longer anybody's here.
    if (session === null) closeShown(() => true);
    told(session);
  }
  window.addEventListener("storage", changed);
  return () => window.removeEventListener("storage", changed);
}

/** Have the server end a session that nobody will use. */
export async function endSession(session: Session): Promise<void> {
  await asker(session.accessToken)("POST", `${V3}/logout`, {});
}

/** What belongs to the device and not to whoever uses it. Of the public log it is how long it was and its hash: it names nobody. */
const OF_THE_DEVICE: readonly string[] = ["courtyard.language", "courtyard.theme", "courtyard.log"];

/** Leave nothing behind for the next person at this device: no session, no drafts, no choices. */
function forgetHere(): void {
  const names = Object.keys(localStorage).filter((name) => name.startsWith("courtyard."));
  for (const name of names) if (!OF_THE_DEVICE.includes(name)) localStorage.removeItem(name);
  indexedDB.deleteDatabase(KEPT_UPLOADS);
  clearNotes();
  closeShown(() => true);
}

/** What one shows to come in. */
export interface Entry {
  readonly username: string;
  readonly password: string;
  /** What this device is called in the list of one's devices. */
  readonly device: string;
}

/** Make an account. Where the server wants an invitation, `token` is its code. */
export async function signUp({ username, password, device }: Entry, token?: string): Promise<Session> {
  const ask = asker();
  const body = { username, password, initial_device_display_name: device };
  const path = `${V3}/register`;
  try {
    return session(await ask("POST", path, body));
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    const auth = { session: error.body["session"], ...stage(error.body, token) };
    return session(await ask("POST", path, { ...body, auth }));
  }
}

/** Thrown when an account can only be made with an invitation. */
export class InvitationWanted extends Error {}

function stage(body: Record<string, unknown>, token: string | undefined): Record<string, unknown> {
  const flows = (body["flows"] ?? []) as { stages: string[] }[];
  const stages = flows.flatMap((flow) => flow.stages);
  if (stages.includes("m.login.dummy")) return { type: "m.login.dummy" };
  if (token === undefined) throw new InvitationWanted("The server wants an invitation.");
  return { type: "m.login.registration_token", token };
}

export async function signIn({ username, password, device }: Entry): Promise<Session> {
  return session(
    await asker()("POST", `${V3}/login`, {
      type: "m.login.password",
      identifier: { type: "m.id.user", user: username },
      password,
      initial_device_display_name: device,
    }),
  );
}

function session(told: Record<string, unknown>): Session {
  return {
    userId: String(told["user_id"]),
    deviceId: String(told["device_id"]),
    accessToken: String(told["access_token"]),
  };
}
