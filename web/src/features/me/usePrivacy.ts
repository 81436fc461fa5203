import type { MatrixClient } from "matrix-js-sdk";
import { PRIVACY, type Privacy, privacyFrom } from "../../model/privacy";
import { change, kept } from "../../protocol/accountData";
import { useKept } from "../../shell/kept";

const INVITES = "m.invite_permission_config";

/** Return what the account shows of what it does, for whoever sends such a thing. */
export function privacyOf(client: MatrixClient): Privacy {
  return privacyFrom(kept(client, PRIVACY).content);
}

export function usePrivacy(): Privacy {
  return privacyFrom(useKept(PRIVACY).content);
}

/** Say whether others may invite this account to chats. */
export function useTakesInvites(): boolean {
  return useKept(INVITES).content["default_action"] !== "block";
}

/** Say whether a choice is on its way to the server. */
export function useIsChoosing(): boolean {
  const [privacy, invites] = [useKept(PRIVACY), useKept(INVITES)];
  return privacy.isBusy || invites.isBusy;
}

export async function setPrivacy(client: MatrixClient, part: Partial<Privacy>): Promise<void> {
  await change(client, PRIVACY, (before) => ({ ...before, ...part }));
}

/** spec: client-server-api#invite-permission */
export async function setTakesInvites(client: MatrixClient, takes: boolean): Promise<void> {
  await change(client, INVITES, () => (takes ? {} : { default_action: "block" }));
}
