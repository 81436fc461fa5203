/** Showing once more who one is, before something that cannot be undone.
 *
 *  spec: client-server-api#user-interactive-authentication-api
 */
import { type Asker, Refused } from "./http";

export function passwordStage(user: string, password: string) {
  return { type: "m.login.password", identifier: { type: "m.id.user", user }, password };
}

/** Ask for something that wants the password. A wrong one is `Refused` with `M_FORBIDDEN`. */
export async function withPassword(
  ask: Asker,
  who: { readonly userId: string; readonly password: string },
  method: string,
  path: string,
  body: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  try {
    return await ask(method, path, body);
  } catch (error) {
    const session = error instanceof Refused && error.status === 401 ? error.body["session"] : undefined;
    if (session === undefined) throw error;
    return await ask(method, path, {
      ...body,
      auth: { ...passwordStage(who.userId, who.password), session },
    });
  }
}
