// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { ClientEvent, type MatrixClient } from "matrix-js-sdk";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Content, change, kept, onKept } from "./accountData";

const TYPE = "org.courtyard.privacy";

/** A client whose server answers when it is told to. */
function fake(first: Content) {
  let told = { getContent: () => first };
  const waiting: { content: Content; take: () => void; refuse: () => void }[] = [];
  const client = Object.assign(new EventEmitter(), {
    getAccountData: () => told,
    setAccountData: (_: string, content: Content) =>
      new Promise<void>((resolve, reject) => {
        const take = () => {
          told = { getContent: () => content };
          client.emit(ClientEvent.AccountData);
          resolve();
        };
        waiting.push({ content, take, refuse: () => reject(new Error("no")) });
      }),
  });
  return { client: client as unknown as MatrixClient, waiting };
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
