// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { type MatrixClient, MatrixEvent, RoomEvent } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { keepSession, onOtherTab } from "../../protocol/login";
import { closeShown } from "../../protocol/shown";
import { closeWhenOver } from "./closeWhenOver";
import { goWhereTapped, show } from "./shown";

const ME = "@alice:here";
const SAID = { roomId: "!room", eventId: "$said", path: "/chats/!room" };

type Tapped = (event: object) => void;

/** Run the service worker's part, and tap a notification. */
async function tap(data: object, pages: object[], openWindow = vi.fn()): Promise<typeof openWindow> {
  let tapped: Tapped = () => undefined;
  const clients = { matchAll: async () => pages, openWindow };
  const self = {
    clients,
    addEventListener: (_: string, listener: Tapped) => {
      tapped = listener;
    },
  };
  new Function("self", readFileSync("public/notify.js", "utf-8"))(self);
  const close = vi.fn();
  let done: Promise<void> | null = null;
  const waitUntil = (what: Promise<void>) => {
    done = what;
  };
  tapped({ notification: { data, close }, waitUntil });
  await done;
  expect(close).toHaveBeenCalled();
  return openWindow;
}

afterEach(() => vi.unstubAllGlobals());

it("opens the place when nothing is open", async () => {
  expect(await tap({ path: "/chats/one" }, [])).toHaveBeenCalledWith("/chats/one");
  expect(await tap({}, [])).toHaveBeenCalledWith("/");
});

it("brings to the front what is open, and tells it the place", async () => {
  const page = { focus: vi.fn(async () => page), postMessage: vi.fn() };
  expect(await tap({ path: "/chats/one" }, [page])).not.toHaveBeenCalled();
  expect(page.focus).toHaveBeenCalledOnce();
  expect(page.postMessage).toHaveBeenCalledWith({ path: "/chats/one" });
});

it("goes where the service worker says, and nowhere else", () => {
  const worker = new EventTarget();
  vi.stubGlobal("navigator", { serviceWorker: worker });
  const end = goWhereTapped();
  worker.dispatchEvent(new MessageEvent("message", { data: { path: "/chats/one" } }));
  expect(location.pathname).toBe("/chats/one");
  for (const data of [null, "x", { path: 7 }, { path: "https://example.org/" }, {}])
    worker.dispatchEvent(new MessageEvent("message", { data }));
  end();
  worker.dispatchEvent(new MessageEvent("message", { data: { path: "/me" } }));
  expect(location.pathname).toBe("/chats/one");
});

it("shows through the service worker where pages may not", async () => {
  const showNotification = vi.fn();
  vi.stubGlobal("navigator", { serviceWorker: { ready: Promise.resolve({ showNotification }) } });
  class OnAPhone {
    static permission = "granted";
    constructor() {
      throw new TypeError("Illegal constructor");
    }
  }
  vi.stubGlobal("Notification", OnAPhone);
  show("bob", "Hello", SAID);
  await vi.waitFor(() => expect(showNotification).toHaveBeenCalledOnce());
  const data = { path: "/chats/!room", eventId: "$said" };
  expect(showNotification.mock.calls[0]?.[1]).toMatchObject({ data, tag: "!room" });
});

/** A browser in which pages may show notifications; the service worker shows some already. */
function browser(byWorker: readonly object[] = []) {
  const closed = vi.fn();
  class Shown {
    static permission = "granted";
    constructor(readonly title: string) {}
    close = () => closed(this.title);
  }
  vi.stubGlobal("Notification", Shown);
  const getRegistration = async () => ({ getNotifications: async () => byWorker });
  vi.stubGlobal("navigator", { serviceWorker: { getRegistration } });
  return closed;
}

function byWorker(roomId: string, eventId: string) {
  return { tag: roomId, data: { path: "/", eventId }, close: vi.fn() };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

it("leaves nothing on the screen of who signs out, here or in another tab", async () => {
  for (const signOut of [
    () => keepSession(null),
    () => window.dispatchEvent(new StorageEvent("storage", { key: null })),
  ]) {
    const before = byWorker("!other", "$before");
    const closed = browser([before]);
    vi.stubGlobal("indexedDB", { deleteDatabase: vi.fn() });
    show("bob", "Hello", SAID);
    const end = onOtherTab(() => undefined);
    signOut();
    end();
    expect(closed).toHaveBeenCalledExactlyOnceWith("bob");
    await settle();
    expect(before.close).toHaveBeenCalledOnce();
  }
});

it("shows nothing any more when the service worker comes after the end", async () => {
  let come: (worker: object) => void = () => undefined;
  const ready = new Promise((resolve) => (come = resolve));
  const getRegistration = async () => undefined;
  vi.stubGlobal("navigator", { serviceWorker: { ready, getRegistration } });
  vi.stubGlobal(
    "Notification",
    class {
      static permission = "granted";
      constructor() {
        throw new TypeError("Illegal constructor");
      }
    },
  );
  show("bob", "Hello", SAID);
  closeShown(() => true);
  const showNotification = vi.fn();
  come({ showNotification });
  await settle();
  expect(showNotification).not.toHaveBeenCalled();
});

/** What ends when the chat was read up to some event. */
function listen(readUpTo: readonly string[]) {
  const client = Object.assign(new EventEmitter(), { getSafeUserId: () => ME });
  const end = closeWhenOver(client as unknown as MatrixClient);
  const room = (roomId: string) => ({
    roomId,
    hasUserReadEvent: (userId: string, id: string) => userId === ME && readUpTo.includes(id),
  });
  const receipt = (userId: string) =>
    new MatrixEvent({ type: "m.receipt", content: { $x: { "m.read.private": { [userId]: { ts: 1 } } } } });
  return { client, end, room, receipt };
}

it("closes what was read, on whichever device, and nothing else", async () => {
  const ones = [byWorker("!room", "$said"), byWorker("!room", "$later"), byWorker("!other", "$said")];
  const closed = browser(ones);
  const { client, end, room, receipt } = listen(["$said"]);
  show("bob", "Hello", SAID);
  client.emit(RoomEvent.Receipt, receipt("@bob:here"), room("!room"));
  client.emit(RoomEvent.Receipt, receipt(ME), room("!another"));
  await settle();
  expect(closed).not.toHaveBeenCalled();
  client.emit(RoomEvent.Receipt, receipt(ME), room("!room"));
  await settle();
  expect(closed).toHaveBeenCalledExactlyOnceWith("bob");
  expect(ones.map(({ close }) => close.mock.calls.length)).toEqual([1, 0, 0]);
  end();
});

it("closes what was deleted, and what is of no chat of one's own any more", () => {
  const closed = browser();
  const { client, end, room } = listen([]);
  const redaction = (redacts: string) => new MatrixEvent({ type: "m.room.redaction", redacts });
  show("bob", "Hello", SAID);
  client.emit(RoomEvent.Redaction, redaction("$other"), room("!room"));
  expect(closed).not.toHaveBeenCalled();
  client.emit(RoomEvent.Redaction, redaction("$said"), room("!room"));
  expect(closed).toHaveBeenCalledExactlyOnceWith("bob");
  show("ann", "wants to talk with you", { ...SAID, eventId: "$invite" });
  client.emit(RoomEvent.MyMembership, room("!room"), "invite");
  expect(closed).toHaveBeenCalledOnce();
  client.emit(RoomEvent.MyMembership, room("!room"), "join");
  expect(closed).toHaveBeenLastCalledWith("ann");
  end();
});
