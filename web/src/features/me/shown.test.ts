// @vitest-environment jsdom
import { readFileSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { goWhereTapped, show } from "./shown";

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
  show("bob", "Hello", "!room", "/chats/!room");
  await vi.waitFor(() => expect(showNotification).toHaveBeenCalledOnce());
  expect(showNotification.mock.calls[0]?.[1]).toMatchObject({ data: { path: "/chats/!room" }, tag: "!room" });
});
