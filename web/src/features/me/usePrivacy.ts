import { ClientEvent, type EmittedEvents, type MatrixClient } from "matrix-js-sdk";
import { PRIVACY, type Privacy, privacyFrom } from "../../model/privacy";
import { useFromClient } from "../../shell/client";

const INVITES = "m.invite_permission_config";
const EVENTS: readonly EmittedEvents[] = [ClientEvent.AccountData];

function contentOf(client: MatrixClient, type: string): Record<string, unknown> | undefined {
  return client.getAccountData(type as never)?.getContent<Record<string, unknown>>();
}

/** Return what the account shows of what it does, for whoever sends such a thing. */
export function privacyOf(client: MatrixClient): Privacy {
  return privacyFrom(contentOf(client, PRIVACY));
}

function takesInvites(client: MatrixClient): boolean {
  return contentOf(client, INVITES)?.["default_action"] !== "block";
}

export function usePrivacy(): Privacy {
  return useFromClient(EVENTS, privacyOf);
}

/** Say whether others may invite this account to chats. */
export function useTakesInvites(): boolean {
  return useFromClient(EVENTS, takesInvites);
}

export async function setPrivacy(client: MatrixClient, change: Partial<Privacy>): Promise<void> {
  await client.setAccountData(PRIVACY as never, { ...privacyOf(client), ...change } as never);
}

/** spec: client-server-api#invite-permission */
export async function setTakesInvites(client: MatrixClient, takes: boolean): Promise<void> {
  await client.setAccountData(INVITES as never, (takes ? {} : { default_action: "block" }) as never);
}
