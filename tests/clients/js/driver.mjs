// matrix-js-sdk with its Rust crypto, steered from pytest.
//
// One JSON object a line on stdin: {id, who, op, ...arguments}. One a line on stdout: {id, result} or
// {id, error}. `who` names a client of this process (one device each); `register` and `login` make it.
// What the SDK logs goes to stderr. The process ends when stdin closes.

import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";

// stdout is the protocol, and the SDK's logger takes its methods from here when it is loaded.
console.log = console.info = console.debug = console.trace = () => {};
console.warn = console.error = (...words) => process.stderr.write(`${words.map(String).join(" ")}\n`);

const sdk = await import("matrix-js-sdk");
const { decodeRecoveryKey } = await import("matrix-js-sdk/lib/crypto-api/index.js");

const VERIFICATION_READY = 3;
const RECHECK_MS = 200;
const clients = new Map();

/** One device of one account, and what a test may ask of it. */
class Person {
    constructor(baseUrl, password, { user_id, access_token, device_id }) {
        this.baseUrl = baseUrl;
        this.password = password;
        this.recoveryKey = null;
        this.request = null; // the verification that goes on, its phase and its verifier
        this.phase = 0;
        this.verifier = null;
        this.waiting = new Set();
        this.client = sdk.createClient({
            baseUrl,
            userId: user_id,
            accessToken: access_token,
            deviceId: device_id,
            timelineSupport: true,
            cryptoCallbacks: { getSecretStorageKey: async ({ keys }) => this.secretStorageKey(keys) },
        });
        // Whatever the client tells anybody may be what somebody waits for.
        const emit = this.client.emit.bind(this.client);
        this.client.emit = (...args) => {
            const heard = emit(...args);
            for (const check of this.waiting) queueMicrotask(check);
            return heard;
        };
        this.client.on("crypto.verificationRequestReceived", (request) => this.follow(request));
    }

    async start() {
        await this.client.initRustCrypto({ useIndexedDB: false });
        await this.client.startClient({
            initialSyncLimit: 30,
            lazyLoadMembers: true,
            threadSupport: true,
            pollTimeout: 10_000,
        });
        await this.until(() => this.client.isInitialSyncComplete(), 20_000, () => "no first sync");
        return { user_id: this.client.getUserId(), device_id: this.client.getDeviceId() };
    }

    /** Resolve with the first truthy answer of `probe`; reject with what `state` says after the time. */
    async until(probe, timeoutMs, state) {
        const { promise, resolve, reject } = Promise.withResolvers();
        let asking = false;
        const check = async () => {
            if (asking) return;
            asking = true;
            try {
                const found = await probe();
                if (found) resolve(found);
            } catch (error) {
                reject(error);
            }
            asking = false;
        };
        this.waiting.add(check);
        const again = setInterval(check, RECHECK_MS); // for what is told by no event of the client
        const late = setTimeout(() => reject(new Error(`waited in vain: ${state()}`)), timeoutMs);
        check();
        try {
            return await promise;
        } finally {
            this.waiting.delete(check);
            clearInterval(again);
            clearTimeout(late);
        }
    }

    // -- keys -------------------------------------------------------------------------------------

    secretStorageKey(keys) {
        return this.recoveryKey && [Object.keys(keys)[0], this.recoveryKey.privateKey];
    }

    async bootstrap() {
        const crypto = this.client.getCrypto();
        await crypto.bootstrapCrossSigning({
            authUploadDeviceSigningKeys: (upload) => this.withPassword(upload),
        });
        await crypto.bootstrapSecretStorage({
            createSecretStorageKey: async () => {
                this.recoveryKey = await crypto.createRecoveryKeyFromPassphrase();
                return this.recoveryKey;
            },
            setupNewSecretStorage: true,
            setupNewKeyBackup: true,
        });
        return {
            recovery_key: this.recoveryKey.encodedPrivateKey,
            backup_version: await crypto.getActiveSessionBackupVersion(),
            ready: (await crypto.isCrossSigningReady()) && (await crypto.isSecretStorageReady()),
        };
    }

    /** Try without authentication; when the server asks for it, come with the password. */
    async withPassword(upload) {
        try {
            return await upload(null);
        } catch (error) {
            if (error.httpStatus !== 401 || !error.data?.flows) throw error;
            return upload({
                type: "m.login.password",
                identifier: { type: "m.id.user", user: this.client.getUserId() },
                password: this.password,
                session: error.data.session,
            });
        }
    }

    /** Take everything a new device needs from the account: identity, its signature, old room keys. */
    async recover({ recovery_key }) {
        const crypto = this.client.getCrypto();
        this.recoveryKey = { privateKey: decodeRecoveryKey(recovery_key) };
        // The private keys can only be taken in when the public ones are known.
        const known = () => crypto.userHasCrossSigningKeys(this.client.getUserId(), true);
        await this.until(known, 20_000, () => "no cross-signing keys on the server");
        await crypto.bootstrapCrossSigning({
            authUploadDeviceSigningKeys: (upload) => this.withPassword(upload),
        });
        await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
        await crypto.checkKeyBackupAndEnable();
        const { total, imported } = await crypto.restoreKeyBackup();
        return { total, imported };
    }

    /** Wait until the server's backup holds this many room keys. The SDK takes up to 10 s to begin. */
    async backed_up({ count, timeout_ms }) {
        let stored = 0;
        const enough = async () => {
            stored = (await this.client.http.authedRequest("GET", "/room_keys/version")).count;
            return stored >= count;
        };
        await this.until(enough, timeout_ms, () => `${stored} keys in the backup`);
        return {};
    }

    async export_keys() {
        return { keys: await this.client.getCrypto().exportRoomKeysAsJson() };
    }

    async import_keys({ keys }) {
        await this.client.getCrypto().importRoomKeysAsJson(keys);
        return {};
    }

    /** Wait until this client's opinion of a user and one of their devices has all of `has`. */
    async trusts({ user_id, device_id, has, timeout_ms }) {
        const crypto = this.client.getCrypto();
        let opinion = {};
        const agrees = async () => {
            const user = await crypto.getUserVerificationStatus(user_id);
            const device = device_id && (await crypto.getDeviceVerificationStatus(user_id, device_id));
            opinion = {
                user_verified: user.isCrossSigningVerified(),
                device_signed_by_owner: device?.signedByOwner ?? null,
                device_verified: device?.isVerified() ?? null,
            };
            return matches(opinion, has);
        };
        await this.until(agrees, timeout_ms, () => JSON.stringify(opinion));
        return opinion;
    }

    /** Wait until another device has handed over the private keys and the backup's key. */
    async has_secrets({ timeout_ms }) {
        const crypto = this.client.getCrypto();
        let missing = [];
        const complete = async () => {
            const { privateKeysCachedLocally } = await crypto.getCrossSigningStatus();
            const secrets = { ...privateKeysCachedLocally, backup: await crypto.getSessionBackupPrivateKey() };
            missing = Object.keys(secrets).filter((name) => !secrets[name]);
            return missing.length === 0;
        };
        await this.until(complete, timeout_ms, () => `missing: ${missing}`);
        return {};
    }

    // -- comparing emoji --------------------------------------------------------------------------

    /** Take over what a request says only when it says so: in between, its own getters may throw. */
    follow(request) {
        this.request = request;
        this.verifier = null;
        this.phase = request.phase;
        request.on("change", () => {
            this.phase = request.phase;
            this.verifier ??= request.verifier;
            this.client.emit("test.verification");
        });
    }

    async request_verification({ user_id, room_id }) {
        const crypto = this.client.getCrypto();
        // What the partner's keys are has to be known before one can ask to compare them.
        await crypto.userHasCrossSigningKeys(user_id, true);
        this.follow(
            room_id
                ? await crypto.requestVerificationDM(user_id, room_id)
                : await crypto.requestOwnUserVerification(),
        );
        return {};
    }

    async accept_verification() {
        await this.until(() => this.request, 20_000, () => "nobody asked for a verification");
        await this.request.accept();
        return {};
    }

    async start_sas() {
        const ready = () => this.phase >= VERIFICATION_READY;
        await this.until(ready, 20_000, () => `verification phase ${this.phase}`);
        this.verifier = await this.request.startVerification("m.sas.v1");
        return {};
    }

    async show_sas() {
        const state = () => `verification phase ${this.phase}`;
        await this.until(() => this.verifier, 20_000, state);
        this.verified = this.verifier.verify();
        this.verified.catch(() => {}); // `confirm_sas` tells
        this.verifier.on("show_sas", () => this.client.emit("test.verification"));
        const sas = await this.until(() => this.verifier.getShowSasCallbacks()?.sas, 20_000, state);
        return { emoji: sas.emoji.map(([picture]) => picture), decimal: sas.decimal };
    }

    async confirm_sas() {
        await this.verifier.getShowSasCallbacks().confirm();
        await this.verified;
        return {};
    }

    // -- rooms ------------------------------------------------------------------------------------

    async create_room({ invite, direct, name }) {
        const { room_id } = await this.client.createRoom({
            name,
            invite,
            is_direct: direct,
            preset: direct ? "trusted_private_chat" : "private_chat",
            initial_state: [
                { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
            ],
        });
        if (direct) {
            await this.client.setAccountData("m.direct", { [invite[0]]: [room_id] });
        }
        const room = () => this.client.getRoom(room_id)?.hasEncryptionStateEvent();
        await this.until(room, 20_000, () => "the new room did not come down /sync");
        return { room_id };
    }

    async join({ room_id }) {
        await this.client.joinRoom(room_id);
        const room = () => this.client.getRoom(room_id);
        const joined = () => room()?.getMyMembership() === "join" && room().hasEncryptionStateEvent();
        await this.until(joined, 20_000, () => `membership ${room()?.getMyMembership()}`);
        return {};
    }

    async leave({ room_id }) {
        await this.client.leave(room_id);
        return {};
    }

    /** Act on another member: `how` is kick, ban or unban. */
    async remove({ how, room_id, user_id }) {
        await this.client[how](room_id, user_id);
        return {};
    }

    async send({ room_id, type, content, thread }) {
        const args = thread ? [thread, type, content] : [type, content];
        return this.client.sendEvent(room_id, ...args);
    }

    async redact({ room_id, event_id }) {
        return this.client.redactEvent(room_id, event_id);
    }

    async read({ room_id, event_id }) {
        await this.client.sendReadReceipt(this.event(room_id, event_id));
        return {};
    }

    async typing({ room_id, on }) {
        await this.client.sendTyping(room_id, on, 20_000);
        return {};
    }

    async scrollback({ room_id }) {
        await this.client.scrollback(this.client.getRoom(room_id), 50);
        return {};
    }

    async logout() {
        const access_token = this.client.getAccessToken();
        await this.client.logout(true);
        return { access_token };
    }

    stop() {
        this.client.stopClient();
    }

    // -- files ------------------------------------------------------------------------------------

    /** Encrypt and upload bytes; the answer is an EncryptedFile. spec: sending-encrypted-attachments */
    async upload({ data }) {
        const key = await webcrypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, true, [
            "encrypt",
            "decrypt",
        ]);
        const iv = new Uint8Array(16);
        webcrypto.getRandomValues(iv.subarray(0, 8)); // the other half counts blocks
        const plain = Buffer.from(data, "base64");
        const secret = await webcrypto.subtle.encrypt({ name: "AES-CTR", counter: iv, length: 64 }, key, plain);
        const { content_uri: url } = await this.client.uploadContent(new Blob([secret]), {
            type: "application/octet-stream",
            includeFilename: false,
        });
        const { k } = await webcrypto.subtle.exportKey("jwk", key);
        const hash = await webcrypto.subtle.digest("SHA-256", secret);
        return {
            url,
            key: { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", k, ext: true },
            iv: unpadded(iv),
            hashes: { sha256: unpadded(hash) },
            v: "v2",
        };
    }

    async download({ file }) {
        const secret = await this.media(file.url);
        const hash = unpadded(await webcrypto.subtle.digest("SHA-256", secret));
        if (hash !== file.hashes.sha256) throw new Error("the file is not the one that was sent");
        const key = await webcrypto.subtle.importKey("jwk", file.key, { name: "AES-CTR" }, false, ["decrypt"]);
        const counter = Buffer.from(file.iv, "base64");
        const plain = await webcrypto.subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, key, secret);
        return { data: Buffer.from(plain).toString("base64") };
    }

    async set_avatar({ data, mimetype }) {
        const blob = new Blob([Buffer.from(data, "base64")]);
        const { content_uri } = await this.client.uploadContent(blob, { type: mimetype, name: "me.png" });
        await this.client.setAvatarUrl(content_uri);
        return {};
    }

    async avatar({ user_id, size }) {
        const { avatar_url } = await this.client.getProfileInfo(user_id);
        return { data: (await this.media(avatar_url, size)).toString("base64") };
    }

    async media(mxc, size) {
        const url = this.client.mxcUrlToHttp(mxc, size, size, size && "scale", false, true, true);
        const headers = { Authorization: `Bearer ${this.client.getAccessToken()}` };
        const answer = await fetch(url, { headers });
        if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
        return Buffer.from(await answer.arrayBuffer());
    }

    // -- what this client shows -------------------------------------------------------------------

    /** Wait for the one event that has all of `has`, at any depth. */
    async sees({ room_id, has, timeout_ms }) {
        const shown = () => this.events(room_id).find((event) => matches(event, has));
        return this.until(shown, timeout_ms, () => JSON.stringify(this.events(room_id), null, 1));
    }

    async sees_typing({ room_id, user_id, on, timeout_ms }) {
        const typing = () => this.client.getRoom(room_id)?.getMember(user_id)?.typing === on;
        await this.until(typing, timeout_ms, () => "no change in who is typing");
        return {};
    }

    async sees_member({ room_id, user_id, membership, timeout_ms }) {
        const seen = () => this.client.getRoom(room_id)?.getMember(user_id)?.membership;
        await this.until(() => seen() === membership, timeout_ms, () => `membership ${seen()}`);
        return {};
    }

    event(roomId, eventId) {
        const event = this.client.getRoom(roomId)?.findEventById(eventId);
        if (!event) throw new Error(`${eventId} is not here`);
        return event;
    }

    events(roomId) {
        const room = this.client.getRoom(roomId);
        if (!room) return [];
        const seen = new Map();
        const replies = room.getThreads().flatMap((thread) => thread.events);
        for (const event of [...room.getLiveTimeline().getEvents(), ...replies]) {
            seen.set(event.getId(), describe(room, event));
        }
        return [...seen.values()];
    }
}

function describe(room, event) {
    const set = event.getThread()?.getUnfilteredTimelineSet() ?? room.getUnfilteredTimelineSet();
    const annotations = set.relations.getChildEventsForEvent(event.getId(), "m.annotation", "m.reaction");
    const reactions = {};
    for (const [key, events] of annotations?.getSortedAnnotationsByKey() ?? []) {
        reactions[key] = [...events].map((reaction) => reaction.getSender());
    }
    const readers = room.getMembers().filter(({ userId }) => room.getEventReadUpTo(userId) === event.getId());
    return {
        event_id: event.getId(),
        sender: event.getSender(),
        type: event.getType(),
        content: event.getContent(),
        body: event.getContent().body ?? null,
        encrypted: event.isEncrypted(),
        undecryptable: event.isDecryptionFailure(),
        edited: Boolean(event.replacingEventId()),
        redacted: event.isRedacted(),
        thread: event.threadRootId ?? null,
        reactions,
        read_by: readers.map(({ userId }) => userId),
        txn_id: event.getUnsigned().transaction_id ?? null,
    };
}

/** Whether `value` has all of `pattern`: objects by their keys, lists by their members. */
function matches(value, pattern) {
    if (Array.isArray(pattern)) {
        return Array.isArray(value) && pattern.every((want) => value.some((item) => matches(item, want)));
    }
    if (pattern !== null && typeof pattern === "object") {
        const object = value !== null && typeof value === "object";
        return object && Object.entries(pattern).every(([key, want]) => matches(value[key], want));
    }
    return value === pattern;
}

function unpadded(bytes) {
    return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

async function register({ base_url, user, password }) {
    const client = sdk.createClient({ baseUrl: base_url });
    const account = { username: user, password, initial_device_display_name: "js" };
    let session;
    try {
        await client.registerRequest(account);
        throw new Error("the server registered without any stage");
    } catch (error) {
        if (error.httpStatus !== 401 || !error.data?.flows) throw error;
        session = error.data.session;
    }
    return client.registerRequest({ ...account, auth: { type: "m.login.dummy", session } });
}

async function login({ base_url, user, password }) {
    return sdk.createClient({ baseUrl: base_url }).loginRequest({
        type: "m.login.password",
        identifier: { type: "m.id.user", user },
        password,
        initial_device_display_name: "js, another",
    });
}

const ENTRANCES = { register, login };

async function run({ who, op, ...args }) {
    if (op in ENTRANCES) {
        const person = new Person(args.base_url, args.password, await ENTRANCES[op](args));
        clients.set(who, person);
        return person.start();
    }
    return clients.get(who)[op](args);
}

function answer(message) {
    process.stdout.write(`${JSON.stringify(message)}\n`);
}

process.on("unhandledRejection", (error) => console.error("unhandled:", error?.stack ?? error));

const lines = createInterface({ input: process.stdin });
lines.on("line", async (line) => {
    const { id, ...command } = JSON.parse(line);
    try {
        answer({ id, result: (await run(command)) ?? {} });
    } catch (error) {
        const data = error.data ? ` ${JSON.stringify(error.data)}` : "";
        answer({ id, error: `${error.stack ?? error}${data}` });
    }
});
lines.on("close", () => {
    for (const person of clients.values()) person.stop();
    process.exit(0);
});
answer({ id: 0, result: { node: process.version } });
