// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { cleanup, renderHook } from "@testing-library/react";
import { type MatrixClient, MatrixEvent, MatrixEventEvent, type Room, RoomEvent } from "matrix-js-sdk";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { keepNotify } from "./keptNotify";
import { useNotifications } from "./useNotifications";

const ME = "@alice:courtyard.test";
const BOB = "@bob:courtyard.test";
const shown = vi.fn();

class Shown {
  static permission = "granted";
  constructor(title: string, { body, data }: { body: string; data: { path: string } }) {
    shown(title, data.path, body);
  }
  close = () => undefined;
}

/** A room that bob invites to, as the server tells of it: it does not say since when. */
function room(): Room {
  const event = {
    getId: () => "$invite",
    getSender: () => BOB,
    getLocalAge: () => 0,
    getType: () => "m.room.member",
    getContent: () => ({}),
  };
  const me = { events: { member: event } };
  return {
    roomId: "!group",
    name: "Soup",
    getDMInviter: () => undefined,
    getMember: (id: string) => (id === ME ? me : null),
    currentState: { getStateEvents: () => event },
  } as unknown as Room;
}

function listen(ignored: string[], isPresent = true): EventEmitter {
  const client = Object.assign(new EventEmitter(), {
    getUserId: () => ME,
    getSafeUserId: () => ME,
    getUser: () => null,
    getRooms: () => [],
    getIgnoredUsers: () => ignored,
    isInitialSyncComplete: () => isPresent,
    getPushActionsForEvent: () => ({ notify: true, tweaks: {} }),
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ClientContext value={client as unknown as MatrixClient}>{children}</ClientContext>
  );
  renderHook(useNotifications, { wrapper });
  return client;
}

beforeEach(() => {
  vi.stubGlobal("Notification", Shown);
  keepNotify({ isOn: true, showsText: true, hasSound: false });
  shown.mockClear();
});
afterEach(cleanup);

it("tells of an invitation, and leads to where it is answered", async () => {
  listen([]).emit(RoomEvent.MyMembership, room(), "invite");
  await Promise.resolve();
  expect(shown).toHaveBeenCalledExactlyOnceWith("bob", "/contacts/requests", "contacts.wants_group");
});

it("tells what is new to the server, however wrong the clock of the device is", () => {
  const client = listen([]);
  Object.assign(client, { getRoom: () => null, getAccountData: () => undefined });
  const group = { ...room(), getType: () => undefined, getJoinedMemberCount: () => 3 };
  for (const [age, times] of [
    [60_000, 0],
    [500, 1],
  ] as const) {
    const said = { type: "m.room.message", sender: BOB, content: { msgtype: "m.text", body: "Hi" } };
    const told = new MatrixEvent({ ...said, origin_server_ts: Date.now() - 120_000, unsigned: { age } });
    client.emit(RoomEvent.Timeline, told, group as unknown as Room);
    expect(shown).toHaveBeenCalledTimes(times);
  }
});

it("tells what the server decided in the words of the list of chats", () => {
  const client = listen([]);
  const notices = { ...room(), getType: () => "org.courtyard.notices", getJoinedMemberCount: () => 2 };
  const content = {
    msgtype: "m.text",
    body: "A decision was made about your account",
    "org.courtyard.decision": "d_1",
  };
  const told = new MatrixEvent({
    type: "m.room.message",
    sender: BOB,
    origin_server_ts: Date.now(),
    content,
  });
  client.emit(RoomEvent.Timeline, told, notices as unknown as Room);
  expect(shown).toHaveBeenCalledExactlyOnceWith("notices.name", "/chats/!group", "notices.news");
});

it("tells of a mention whose key comes after it, once", () => {
  const client = listen([]);
  const said = new MatrixEvent({ type: "m.room.encrypted", sender: BOB, origin_server_ts: Date.now() });
  const group = { ...room(), getType: () => undefined, getJoinedMemberCount: () => 3 };
  const isUnread = vi.spyOn(said, "isDecryptionFailure").mockReturnValue(true);
  let isMention = false;
  Object.assign(client, {
    getPushActionsForEvent: () => ({ notify: isMention, tweaks: {} }),
    getRoom: () => null,
    getAccountData: () => undefined,
  });
  client.emit(RoomEvent.Timeline, said, group as unknown as Room);
  const decrypted = () => said.emit(MatrixEventEvent.Decrypted, said);
  decrypted();
  expect(shown).not.toHaveBeenCalled();
  isUnread.mockReturnValue(false);
  isMention = true;
  decrypted();
  decrypted();
  expect(shown).toHaveBeenCalledOnce();
});

it("tells of it also on a page whose address does not come apart", async () => {
  history.replaceState(null, "", "/contacts/%E4%BD");
  const hasFocus = vi.spyOn(document, "hasFocus").mockReturnValue(true);
  listen([]).emit(RoomEvent.MyMembership, room(), "invite");
  await Promise.resolve();
  expect(shown).toHaveBeenCalledOnce();
  hasFocus.mockRestore();
});

it("tells nothing of who is blocked, of what one did oneself, and of what was there before", async () => {
  listen([BOB]).emit(RoomEvent.MyMembership, room(), "invite");
  listen([]).emit(RoomEvent.MyMembership, room(), "join");
  listen([], false).emit(RoomEvent.MyMembership, room(), "invite");
  await Promise.resolve();
  expect(shown).not.toHaveBeenCalled();
});
