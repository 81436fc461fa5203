// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { ClientEvent, type MatrixClient, MatrixError } from "matrix-js-sdk";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Content, change, kept, onKept } from "./accountData";

const TYPE = "org.courtyard.privacy";

/** A client whose server takes what is written when it is told to; `server`: what it keeps, where this device has heard of less. */
function fake(first: Content, server: Content | null = first) {
  let [told, stored] = [{ getContent: () => first }, server];
  const waiting: { content: Content; take: () => void; refuse: () => void }[] = [];
  const asked: string[] = [];
  const write = (content: Content) =>
    new Promise<void>((resolve, reject) => {
      const take = () => {
        stored = content;
        told = { getContent: () => content };
        client.emit(ClientEvent.AccountData);
        resolve();
      };
      waiting.push({ content, take, refuse: () => reject(new Error("no")) });
    });
  const client = Object.assign(new EventEmitter(), {
    getSafeUserId: () => "@me:courtyard.test",
    getAccountData: () => told,
    http: {
      authedRequest: async (_: string, path: string) => {
        asked.push(path);
        if (stored === null) throw new MatrixError({ errcode: "M_NOT_FOUND" }, 404);
        return stored;
      },
    },
    // As the SDK does it: what it believes to be so already is not written.
    setAccountData: async (_: string, content: Content) =>
      JSON.stringify(told.getContent()) === JSON.stringify(content) ? undefined : write(content),
    setAccountDataRaw: (_: string, content: Content) => write(content),
  });
  return { client: client as unknown as MatrixClient, waiting, asked };
}

const setting = (part: Content) => (before: Content) => ({ ...before, ...part });

afterEach(() => vi.restoreAllMocks());

describe("what the account keeps", () => {
  it("is changed at once to see, and one change after the other", async () => {
    const { client, waiting } = fake({ a: 0, b: 0 });
    const first = change(client, TYPE, setting({ a: 1 }));
    const second = change(client, TYPE, setting({ b: 1 }));
    expect(kept(client, TYPE)).toEqual({ content: { a: 1, b: 1 }, isBusy: true });
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    waiting[0]?.take();
    await first;
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    // It takes nothing back.
    expect(waiting[1]?.content).toEqual({ a: 1, b: 1 });
    waiting[1]?.take();
    await second;
    expect(kept(client, TYPE)).toEqual({ content: { a: 1, b: 1 }, isBusy: false });
  });

  it("is as before where a change failed, and there alone", async () => {
    const { client, waiting } = fake({ a: 0, b: 0 });
    const first = change(client, TYPE, setting({ a: 1 }));
    const second = change(client, TYPE, setting({ b: 1 }));
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    waiting[0]?.refuse();
    await expect(first).rejects.toThrow("no");
    expect(kept(client, TYPE).content).toEqual({ a: 0, b: 1 });
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    waiting[1]?.take();
    await second;
    expect(kept(client, TYPE).content).toEqual({ a: 0, b: 1 });
  });

  it("keeps what another device has saved since this one has heard of it", async () => {
    const { client, waiting, asked } = fake({ a: 0 }, { a: 0, phone: 1 });
    const done = change(client, TYPE, setting({ a: 1 }));
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    expect(waiting[0]?.content).toEqual({ a: 1, phone: 1 });
    expect(asked).toEqual([`/user/%40me%3Acourtyard.test/account_data/${TYPE}`]);
    waiting[0]?.take();
    await done;
    expect(kept(client, TYPE)).toEqual({ content: { a: 1, phone: 1 }, isBusy: false });
  });

  it("is written also where this device, which has not heard of another one's change, believes it so", async () => {
    const { client, waiting } = fake({ a: 1 }, { a: 0 });
    const done = change(client, TYPE, setting({ a: 1 }));
    await vi.waitFor(() => expect(waiting.map(({ content }) => content)).toEqual([{ a: 1 }]));
    waiting[0]?.take();
    await done;
  });

  it("begins with nothing where the server has nothing", async () => {
    const { client, waiting } = fake({ old: 1 }, null);
    const done = change(client, TYPE, setting({ a: 1 }));
    await vi.waitFor(() => expect(waiting.map(({ content }) => content)).toEqual([{ a: 1 }]));
    waiting[0]?.take();
    await done;
  });

  it("is not written where what there is cannot be learned", async () => {
    const { client, waiting } = fake({ a: 0 });
    Object.assign(client.http, { authedRequest: async () => Promise.reject(new Error("lost")) });
    await expect(change(client, TYPE, setting({ a: 1 }))).rejects.toThrow("lost");
    expect(waiting).toEqual([]);
    expect(kept(client, TYPE)).toEqual({ content: { a: 0 }, isBusy: false });
  });

  it("is not waited for without a network", async () => {
    const { client, waiting } = fake({ a: 0 });
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    await expect(change(client, TYPE, setting({ a: 1 }))).rejects.toThrow("no network");
    expect(waiting).toEqual([]);
    expect(kept(client, TYPE)).toEqual({ content: { a: 0 }, isBusy: false });
  });

  it("tells when it is another, and is the same value until then", async () => {
    const { client, waiting } = fake({ a: 0 });
    const changed = vi.fn();
    const end = onKept(client, TYPE, changed);
    expect(kept(client, TYPE)).toBe(kept(client, TYPE));
    const done = change(client, TYPE, setting({ a: 1 }));
    expect(changed).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    end();
    waiting[0]?.take();
    await done;
    expect(changed).toHaveBeenCalledOnce();
  });
});
