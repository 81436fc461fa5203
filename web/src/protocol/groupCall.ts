/** Group calls as the server has them: where they are carried, and the way in. docs/manual/rooms.md, Group calls. */
import { type Asker, asker } from "./http";

const TRANSPORTS = "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports";

/** The state event by which somebody says that they are in a room's call. */
export const CALL_MEMBER = "org.matrix.msc3401.call.member";

/** A server that carries calls, as it is named in the events of a call. */
export interface Carrier {
  readonly type: "livekit";
  readonly livekit_service_url: string;
}

/** The way into one call. */
export interface Entrance {
  readonly url: string;
  readonly jwt: string;
}

/** Return what carries this server's group calls; null: nothing does. */
export async function carrierOf(token: string): Promise<Carrier | null> {
  const { rtc_transports: told } = await asker(token)("GET", TRANSPORTS);
  for (const one of Array.isArray(told) ? told : []) {
    const { type, livekit_service_url: url } = one as Record<string, unknown>;
    if (type === "livekit" && typeof url === "string") return { type, livekit_service_url: url };
  }
  return null;
}

/** Ask to be let into a room's call. */
export async function entrance(token: string, room: string, deviceId: string): Promise<Entrance> {
  const ask: Asker = asker(token);
  const body = { room, device_id: deviceId };
  const { url, jwt } = await ask("POST", "/_courtyard/livekit/v1/sfu/get", body);
  return { url: String(url), jwt: String(jwt) };
}

/** Say that one is not in the call any more, also while the page goes away. */
export function sayGone(token: string, room: string, stateKey: string): void {
  const path = ["rooms", room, "state", CALL_MEMBER, stateKey].map(encodeURIComponent).join("/");
  void fetch(`/_matrix/client/v3/${path}`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: "{}",
    keepalive: true,
  }).catch(() => undefined);
}
