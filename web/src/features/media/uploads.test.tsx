// @vitest-environment jsdom
import { act, cleanup, renderHook } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { NOTHING } from "../../model/timeline";
import { ClientContext } from "../../shell/client";
import type { KeptUpload } from "./keptUploads";
import { begin, cancelUpload, retryUpload, useUpload, useUploading, useWithUploads } from "./uploads";

const kept = vi.hoisted(() => new Map<string, KeptUpload>());
vi.mock("./keptUploads", () => ({
  keepUpload: async (one: KeptUpload) => Boolean(kept.set(one.id, one)),
  dropUpload: async (id: string) => void kept.delete(id),
  keptUploads: async (owner: string) => [...kept.values()].filter((one) => one.owner === owner),
}));

const ROOM = "!room";
const ME = "@me:here.test";

/** A server that takes what it is told to take. */
function clientOf(upload: () => Promise<unknown>) {
  let count = 0;
  const sent: { type: string; content: Record<string, unknown>; id: string }[] = [];
  const client = {
    makeTxnId: () => `m${++count}`,
    getRoom: () => null,
    getSafeUserId: () => ME,
    uploadContent: vi.fn(upload),
    sendEvent: async (_room: string, _thread: string | null, type: string, content: object, id: string) => {
      sent.push({ type, content: { ...content }, id });
    },
  };
  return { client: client as unknown as MatrixClient, sent, uploadContent: client.uploadContent };
}

function sendOff(client: MatrixClient): void {
  const content = { msgtype: "m.audio", body: "Voice message", info: { size: 3 } };
  const blob = new Blob(["abc"], { type: "audio/ogg" });
  begin(client, { roomId: ROOM, threadId: null, content, blob, name: "", thumbnail: null });
}

const inChat = () => renderHook(() => useWithUploads(NOTHING, ROOM, null, ME).order);
const enter = (client: MatrixClient) =>
  renderHook(() => useUploading(), {
    wrapper: ({ children }) => <ClientContext value={client}>{children}</ClientContext>,
  });
const goOnline = () => act(() => void window.dispatchEvent(new Event("online")));

afterEach(() => {
  for (const id of ["m1", "m2"]) cancelUpload(id);
  kept.clear();
  cleanup();
});

it("is in the conversation at once, and goes on when nobody looks", async () => {
  let take: (answer: unknown) => void = () => undefined;
  const { client, sent, uploadContent } = clientOf(() => new Promise((resolve) => (take = resolve)));
  const chat = inChat();
  act(() => sendOff(client));
  expect(chat.result.current).toEqual(["m1"]);
  chat.unmount();
  await vi.waitFor(() => expect(uploadContent).toHaveBeenCalled());
  take({ content_uri: "mxc://here.test/abc" });
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent).toMatchObject([{ type: "m.room.message", id: "m1", content: { msgtype: "m.audio" } }]);
  expect(sent[0]?.content["file"]).toMatchObject({ url: "mxc://here.test/abc" });
});

it("ends with the session of who sent it: the next one is not shown it", async () => {
  let take: (answer: unknown) => void = () => undefined;
  const { client, sent, uploadContent } = clientOf(() => new Promise((resolve) => (take = resolve)));
  const inside = enter(client);
  act(() => sendOff(client));
  await vi.waitFor(() => expect(uploadContent).toHaveBeenCalled());
  inside.unmount();
  expect(inChat().result.current).toEqual([]);
  take({ content_uri: "mxc://here.test/abc" });
  // What is sent after it waits for it: so it has ended.
  const next = clientOf(async () => ({ content_uri: "mxc://here.test/next" }));
  act(() => sendOff(next.client));
  await vi.waitFor(() => expect(next.sent).toHaveLength(1));
  expect(sent).toEqual([]);
});

it("says why it failed, and does not ask again by itself for what was refused", async () => {
  let error: unknown = Object.assign(new Error("too large"), { errcode: "M_TOO_LARGE", httpStatus: 413 });
  const { client, uploadContent } = clientOf(() => Promise.reject(error));
  const upload = renderHook(() => useUpload("m1"));
  act(() => sendOff(client));
  await vi.waitFor(() => expect(upload.result.current?.state).toBe("failed"));
  expect(upload.result.current).toMatchObject({ error: { errcode: "M_TOO_LARGE" } });
  goOnline();
  expect(upload.result.current?.state).toBe("failed");
  expect(uploadContent).toHaveBeenCalledOnce();

  act(() => void cancelUpload("m1"));
  error = Object.assign(new Error("gone"), { name: "ConnectionError" });
  const lost = renderHook(() => useUpload("m2"));
  act(() => sendOff(client));
  await vi.waitFor(() => expect(lost.result.current?.state).toBe("failed"));
  goOnline();
  await vi.waitFor(() => expect(uploadContent).toHaveBeenCalledTimes(3));
});

it("is there as not sent when the page has ended meanwhile, and no more once it was sent", async () => {
  const first = clientOf(() => new Promise(() => undefined));
  const page = enter(first.client);
  act(() => sendOff(first.client));
  await vi.waitFor(() => expect(kept.size).toBe(1));
  page.unmount();

  const { client, sent } = clientOf(async () => ({ content_uri: "mxc://here.test/abc" }));
  const chat = inChat();
  enter(client);
  await vi.waitFor(() => expect(chat.result.current).toEqual(["m1"]));
  const upload = renderHook(() => useUpload("m1"));
  expect(upload.result.current?.state).toBe("failed");
  act(() => void retryUpload("m1"));
  await vi.waitFor(() => expect(sent).toMatchObject([{ id: "m1" }]));
  await vi.waitFor(() => expect(kept.size).toBe(0));
});

it("seals a file where the server leaves out that the room is encrypted, and this device remembers it", async () => {
  const { client, sent, uploadContent } = clientOf(async () => ({ content_uri: "mxc://here.test/abc" }));
  const isRemembered = vi.fn(async () => true);
  Object.assign(client, {
    getRoom: () => ({ hasEncryptionStateEvent: () => false }),
    getCrypto: () => ({ isEncryptionEnabledInRoom: isRemembered }),
  });
  act(() => sendOff(client));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.content).toMatchObject({ file: { url: "mxc://here.test/abc" } });
  expect(sent[0]?.content["url"]).toBeUndefined();

  isRemembered.mockResolvedValue(false);
  act(() => sendOff(client));
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]?.content).toMatchObject({ url: "mxc://here.test/abc" });
  expect(uploadContent).toHaveBeenCalledTimes(2);
});
