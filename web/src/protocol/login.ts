/** Accounts: make one, log in, log out. spec: client-server-api#login, #account-registration-and-management */
import { asker, Refused } from "./http";

export interface Session {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
}

const KEPT = "courtyard.session";
export const V3 = "/_matrix/client/v3";

export function keptSession(): Session | null {
  const kept = localStorage.getItem(KEPT);
  return kept === null ? null : (JSON.parse(kept) as Session);
}

export function keepSession(session: Session | null): void {
  if (session === null) forgetHere();
  else localStorage.setItem(KEPT, JSON.stringify(session));
}

/** What belongs to the device and not to whoever uses it. Of the public log it is how long it was and its hash: it names nobody. */
const OF_THE_DEVICE: readonly string[] = ["courtyard.language", "courtyard.theme", "courtyard.log"];

/** Leave nothing behind for the next person at this device: no session, no drafts, no choices. */
function forgetHere(): void {
  const names = Object.keys(localStorage).filter((name) => name.startsWith("courtyard."));
  for (const name of names) if (!OF_THE_DEVICE.includes(name)) localStorage.removeItem(name);
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
