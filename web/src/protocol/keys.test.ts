import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Refused } from "./http";
import { startOver } from "./keys";

/** A client with nothing but what is named here. */
function clientWith(crypto: Record<string, unknown>, more: Record<string, unknown> = {}): MatrixClient {
  return {
    getCrypto: () => crypto,
    getSafeUserId: () => "@alice:here",
    getDeviceId: () => "PHONE",
    getAccessToken: () => "token",
    ...more,
  } as unknown as MatrixClient;
}

function answer(status: number, body: Record<string, unknown>): Response {
  return new Response(JSON.stringify(body), { status });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("starting over", () => {
  /** A server that knows one password, and changes nothing for it. */
  function ask(right: string) {
    const asked = vi.fn(async (path: string, { body }: { body: string }) => {
      expect(path).toBe("/_matrix/client/v3/delete_devices");
      const { devices, auth } = JSON.parse(body) as { devices: string[]; auth?: { password: string } };
      expect(devices).toEqual([]);
      if (auth === undefined) return answer(401, { session: "one", flows: [] });
      return auth.password === right ? answer(200, {}) : answer(401, { errcode: "M_FORBIDDEN", session: "one" });
    });
    vi.stubGlobal("fetch", asked);
    return asked;
  }

  it("takes nothing away for a wrong password", async () => {
    ask("right");
    const resetEncryption = vi.fn();
    const client = clientWith({ resetEncryption });
    await expect(startOver(client, "wrong")).rejects.toBeInstanceOf(Refused);
    expect(resetEncryption).not.toHaveBeenCalled();
  });

  it("makes new keys for the right one", async () => {
    const asked = ask("right");
    const resetEncryption = vi.fn(async () => expect(asked).toHaveBeenCalledTimes(2));
    await startOver(clientWith({ resetEncryption }), "right");
    expect(resetEncryption).toHaveBeenCalledOnce();
  });
});
