/** What an account does with itself: its password, its devices, its end. */
import { HttpApiEvent, type MatrixClient } from "matrix-js-sdk";
import { asker } from "./http";
import { withPassword } from "./uia";

const V3 = "/_matrix/client/v3";

async function asked(client: MatrixClient, password: string, path: string, body: Record<string, unknown>) {
  const ask = asker(client.getAccessToken() ?? "");
  return withPassword(ask, { userId: client.getSafeUserId(), password }, "POST", `${V3}${path}`, body);
}

/** Change the password. `others`: sign out on every other device. */
export async function changePassword(
  client: MatrixClient,
  password: string,
  next: string,
  others: boolean,
): Promise<void> {
  await asked(client, password, "/account/password", { new_password: next, logout_devices: others });
}

/** Have the server say whether this is the password, and change nothing. A wrong one is `Refused` with `M_FORBIDDEN`. */
export async function checkPassword(client: MatrixClient, password: string): Promise<void> {
  await signOutDevices(client, password, []);
}

/** Sign out on other devices. */
export async function signOutDevices(
  client: MatrixClient,
  password: string,
  devices: readonly string[],
): Promise<void> {
  await asked(client, password, "/delete_devices", { devices });
}

/** End the account for good. `erase`: also take back what it wrote, as far as the server can. */
export async function endAccount(client: MatrixClient, password: string, erase: boolean): Promise<void> {
  // This device is signed out by it, too; that must not be told as if somebody else had done it.
  const told = client.listeners(HttpApiEvent.SessionLoggedOut) as (() => void)[];
  client.removeAllListeners(HttpApiEvent.SessionLoggedOut);
  try {
    await asked(client, password, "/account/deactivate", { erase });
  } catch (error) {
    for (const listener of told) client.on(HttpApiEvent.SessionLoggedOut, listener);
    throw error;
  }
}
