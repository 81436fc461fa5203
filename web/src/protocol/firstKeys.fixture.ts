/** A homeserver for the keys of one account and of whom it knows, in memory, and devices of it with the SDK's own cryptography. */
import { DeviceId, OlmMachine, type OtherUserIdentity, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { MatrixClient, MatrixEvent, MemoryStore } from "matrix-js-sdk";
import type { RustCrypto } from "matrix-js-sdk/lib/rust-crypto/rust-crypto";
import { giveKeyring, Keyring } from "./keyring";
import { cryptoOf, machineOf, senderOf } from "./machine";
import { quietLogger } from "./quiet";

export const ALICE = "@alice:here";

type Json = Record<string, unknown>;
type Signed = Json & { signatures?: Record<string, Json>; keys: Record<string, string> };

/** What it keeps, and what it is asked to refuse. */
export class KeyServer {
  /** Master, self-signing and user-signing key, as they are published. */
  identity: Record<string, Signed> | null = null;
  readonly devices: Record<string, Signed> = {};
  /** The identities of other people, by their ids, as `identity` is Alice's. */
  readonly others: Record<string, Record<string, Signed>> = {};
  readonly backups = new Map<string, Json>();
  /** The sessions that were handed in. */
  readonly handedIn: string[] = [];
  readonly accountData: Record<string, Json> = {};
  /** What replaces an identity; empty: nothing does. */
  password = "";
  /** Of what it is asked for, what it does not do. */
  breaks: (asked: string) => boolean = () => false;
  /** What it does, and nobody hears of it. */
  losesAnswer: (asked: string) => boolean = () => false;
  /** What it never answers. */
  holds: (asked: string) => boolean = () => false;
  readonly asked: string[] = [];
  readonly #clients: MatrixClient[] = [];
  #versions = 0;

  /** Make a device of Alice's, of which the server has the keys after its first answer; or that has had none yet. */
  async device(deviceId: string, isKnown = true): Promise<MatrixClient> {
    const client = new MatrixClient({
      baseUrl: "http://here",
      userId: ALICE,
      deviceId,
      accessToken: "token",
      store: new MemoryStore(),
      logger: quietLogger(),
      fetchFn: async (input, init) => this.#answer(new URL(String(input)), init ?? {}, deviceId),
    });
    giveKeyring(client, new Keyring());
    await client.initRustCrypto({ useIndexedDB: false });
    this.#clients.push(client);
    if (isKnown) await this.synced(client);
    return client;
  }

  /** Send what the SDK sends after each answer to a sync. */
  async synced(client: MatrixClient): Promise<void> {
    await (client.getCrypto() as RustCrypto)["outgoingRequestsManager"].doProcessOutgoingRequests();
  }

  /** Return the same device as it is after a reload: what it keeps is there, and what was found out is asked about anew. */
  async restarted(before: MatrixClient): Promise<MatrixClient> {
    const client = Object.create(before) as MatrixClient;
    const data = Object.entries(this.accountData);
    client.store.storeAccountDataEvents(data.map(([type, content]) => new MatrixEvent({ type, content })));
    await client.getCrypto()?.checkKeyBackupAndEnable();
    return client;
  }

  /** Give somebody else new keys, as when they start over or the server pretends that they did, and let a device of Alice's know. */
  async changes(userId: string, client: MatrixClient): Promise<void> {
    const theirs = await OlmMachine.initialize(new UserId(userId), new DeviceId("THEIRS"));
    const { uploadSigningKeysRequest } = await theirs.bootstrapCrossSigning(true);
    this.others[userId] = JSON.parse(uploadSigningKeysRequest.body);
    theirs.close();
    await this.tells(userId, client);
  }

  /** Let somebody be verified on a device of Alice's, which has her keys. */
  async verifies(userId: string, client: MatrixClient): Promise<void> {
    const crypto = cryptoOf(client);
    const theirs = (await machineOf(crypto).getIdentity(new UserId(userId))) as OtherUserIdentity;
    await senderOf(crypto).makeOutgoingRequest(await theirs.verify());
    await this.tells(userId, client);
  }

  /** Let a device of Alice's know that something about somebody's keys is new. */
  async tells(userId: string, client: MatrixClient): Promise<void> {
    const crypto = client.getCrypto() as RustCrypto;
    await crypto["olmMachine"].updateTrackedUsers([new UserId(userId)]);
    await crypto.processSyncChanges({
      ...{ toDeviceEvents: [], deviceLists: { changed: [userId] } },
      oneTimeKeysCounts: { signed_curve25519: 50 },
    });
    await this.synced(client);
  }

  stop(): void {
    for (const client of this.#clients) client.stopClient();
  }

  #answer(url: URL, { method = "GET", body }: RequestInit, deviceId: string): Response | Promise<Response> {
    const path = url.pathname.replace("/_matrix/client/v3", "");
    const asked = `${method} ${path}`;
    this.asked.push(asked);
    if (this.holds(asked)) return new Promise(() => undefined);
    if (this.breaks(asked)) return told(403, { errcode: "M_FORBIDDEN" });
    const answer = this.#act(asked, typeof body === "string" ? (JSON.parse(body) as Json) : {}, deviceId);
    return this.losesAnswer(asked) ? told(403, { errcode: "M_FORBIDDEN" }) : answer;
  }

  #act(asked: string, body: Json, deviceId: string): Response {
    if (asked === "POST /keys/upload") return this.#takeDevice(body, deviceId);
    if (asked === "POST /keys/query") return told(200, this.#keys());
    if (asked === "POST /keys/device_signing/upload") return this.#publish(body);
    if (asked === "POST /keys/signatures/upload") return this.#sign(body);
    if (asked === "POST /keys/claim") return told(200, { one_time_keys: {} });
    if (asked.startsWith("GET /room_keys/version")) return this.#newestBackup();
    if (asked === "POST /room_keys/version") return this.#makeBackup(body);
    if (asked.startsWith("DELETE /room_keys/version/")) {
      this.backups.delete(asked.split("/").at(-1) ?? "");
      return told(200, {});
    }
    if (asked === "PUT /room_keys/keys") return this.#takeSessions(body);
    const [verb, type = ""] = asked.split("/account_data/");
    if (verb?.startsWith("PUT ")) {
      this.accountData[type] = body;
      return told(200, {});
    }
    const data = this.accountData[type];
    return data ? told(200, data) : told(404, { errcode: "M_NOT_FOUND" });
  }

  #takeDevice({ device_keys: device }: Json, deviceId: string): Response {
    if (device !== undefined) this.devices[deviceId] = device as Signed;
    return told(200, { one_time_key_counts: { signed_curve25519: 50 } });
  }

  #keys(): Json {
    const identities = { ...this.others, ...(this.identity !== null && { [ALICE]: this.identity }) };
    const of = (type: string) =>
      Object.fromEntries(Object.entries(identities).map(([userId, keys]) => [userId, keys[type]]));
    const deviceless = Object.keys(this.others).map((userId) => [userId, {}] as const);
    return {
      device_keys: { ...Object.fromEntries(deviceless), [ALICE]: this.devices },
      master_keys: of("master_key"),
      self_signing_keys: of("self_signing_key"),
      user_signing_keys: of("user_signing_key"),
    };
  }

  /** Only the first keys of an account need no password, and the same once more. */
  #publish({ auth, ...keys }: Json): Response {
    const isSame = Object.keys(keys).every((type) => sameKeys(this.identity?.[type], keys[type] as Signed));
    const isAllowed = this.password !== "" && (auth as Json | undefined)?.["password"] === this.password;
    if (this.identity !== null && !isSame && !isAllowed) return told(401, { session: "one", flows: [] });
    this.identity = keys as Record<string, Signed>;
    return told(200, {});
  }

  #sign(body: Json): Response {
    for (const [userId, ofOne] of Object.entries(body as Record<string, Record<string, Signed>>)) {
      for (const [id, signed] of Object.entries(ofOne)) {
        const kept = userId === ALICE ? this.devices[id] : this.others[userId]?.["master_key"];
        if (kept === undefined) continue;
        const ours = { ...kept.signatures?.[ALICE], ...signed.signatures?.[ALICE] };
        kept.signatures = { ...kept.signatures, [ALICE]: ours };
      }
    }
    return told(200, { failures: {} });
  }

  #newestBackup(): Response {
    const newest = [...this.backups.values()].at(-1);
    return newest ? told(200, newest) : told(404, { errcode: "M_NOT_FOUND" });
  }

  #makeBackup(body: Json): Response {
    this.#versions += 1;
    const version = String(this.#versions);
    this.backups.set(version, { ...body, version, count: 0, etag: "0" });
    return told(200, { version });
  }

  #takeSessions({ rooms }: Json): Response {
    for (const { sessions } of Object.values(rooms as Record<string, { sessions: Json }>)) {
      this.handedIn.push(...Object.keys(sessions));
    }
    return told(200, { count: this.handedIn.length, etag: "1" });
  }
}

function sameKeys(one: Signed | undefined, other: Signed): boolean {
  return JSON.stringify(one?.keys) === JSON.stringify(other.keys);
}

function told(status: number, body: Json): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}
