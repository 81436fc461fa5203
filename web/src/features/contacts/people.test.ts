import { createClient, type MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import { describe, expect, it, vi } from "vitest";
import { openDirect } from "./openDirect";
import {
  accept,
  commonGroups,
  contactsOf,
  declineAndBlock,
  directRoom,
  groupsOf,
  hasNamesake,
  invitation,
  isContact,
  knocksIn,
  nameOf,
  partnerIn,
  type Request,
} from "./people";

const [ME, BOB, EVE] = ["@me:courtyard.test", "@bob:courtyard.test", "@eve:courtyard.test"] as const;

const REQUEST: Request = {
  roomId: "!chat:courtyard.test",
  userId: BOB,
  name: "bob",
  mxc: null,
  kind: "person",
  group: "",
  reason: "",
  canDecline: true,
};

const NOTHING_KEPT = { authedRequest: async () => ({}) };

interface Place {
  /** Who is or was in it, besides oneself; null: nobody has told of them. */
  readonly others: Readonly<Record<string, string | null>>;
  readonly mine?: string;
  readonly name?: string;
  /** What the server counts, where it knows more than this device. */
  readonly count?: number;
  /** Whether its state says that it is encrypted, and whether this device remembers it as such. */
  readonly isSealed?: boolean;
  readonly isRemembered?: boolean;
  /** Where it goes on, and where it came from. */
  readonly next?: string;
  readonly before?: string;
}

/** Return a client that knows some rooms, all of them begun with Bob; `told` gathers what the server is asked for. */
function knowing(places: Readonly<Record<string, Place>>, told: unknown[] = [], isRemembered = true) {
  const rooms = Object.entries(places).map(([roomId, { others, mine = "join", next, before, ...place }]) => {
    const { name, count, isSealed } = place;
    const memberships = Object.values({ ...others, [ME]: mine }).map((one) => one ?? "join");
    return {
      roomId,
      name: name ?? "bob",
      getType: () => undefined,
      getMyMembership: () => mine,
      getMember: (id: string) =>
        id === ME || !others[id]
          ? null
          : { membership: others[id], rawDisplayName: "bob", getMxcAvatarUrl: () => null },
      getInvitedAndJoinedMemberCount: () =>
        count ?? memberships.filter((one) => one === "join" || one === "invite").length,
      getDMInviter: () => BOB,
      canInvite: () => true,
      hasEncryptionStateEvent: () => isSealed ?? true,
      findPredecessor: () => (before === undefined ? null : { roomId: before }),
      currentState: {
        getStateEvents: (type: string) => {
          const said = type === "m.room.tombstone" ? next && { replacement_room: next } : name && { name };
          return said ? { getContent: () => said } : null;
        },
      },
    };
  });
  const direct = isRemembered ? { [BOB]: rooms.map((room) => room.roomId) } : {};
  return {
    getRooms: () => rooms,
    getRoom: (id: string) => rooms.find((room) => room.roomId === id) ?? null,
    getAccountData: (type: string) => (type === "m.direct" ? { getContent: () => direct } : undefined),
    getIgnoredUsers: () => [],
    getSafeUserId: () => ME,
    getUserId: () => ME,
    getUser: () => null,
    getStateEvent: async (roomId: string, _: string, userId: string) => {
      return { membership: places[roomId]?.others[userId] ?? "join" };
    },
    sendStateEvent: async (...said: unknown[]) => told.push(said),
    http: NOTHING_KEPT,
    setAccountData: async () => undefined,
    getProfileInfo: async () => ({}),
    getCrypto: () => ({ isEncryptionEnabledInRoom: async (id: string) => places[id]?.isRemembered ?? false }),
    joinRoom: async (roomId: string) => told.push(["joined", roomId]),
    createRoom: async () => {
      told.push("made");
      return { room_id: "!made" };
    },
  } as unknown as MatrixClient;
}

it("knows whose chat it is before one is in it", async () => {
  vi.stubGlobal("navigator", { onLine: true });
  const told: unknown[] = [];
  const client = {
    getSafeUserId: () => ME,
    getAccountData: () => undefined,
    http: NOTHING_KEPT,
    setAccountData: async (type: string, content: object) => told.push([type, content]),
    joinRoom: async () => {
      throw new Error("the app was closed");
    },
  } as unknown as MatrixClient;
  await expect(accept(client, REQUEST)).rejects.toThrow("closed");
  expect(told).toEqual([["m.direct", { [BOB]: ["!chat:courtyard.test"] }]]);
});

it("is not misled by what is no list of chats", () => {
  const client = knowing({ "!a": { others: { [BOB]: "join" } } });
  const direct = { [EVE]: "!a", [BOB]: ["!a", 5], "@x:y": null, "@z:y": { length: 1 } };
  Object.assign(client, { getAccountData: () => ({ getContent: () => direct }) });
  expect(partnerIn(client, "!a")).toBe(BOB);
  expect([isContact(client, EVE), isContact(client, "constructor")]).toEqual([false, false]);
});

describe("a chat of two", () => {
  it.each(["join", "invite", null])("is there while the other one is (%s)", async (membership) => {
    const told: unknown[] = [];
    const client = knowing({ "!a": { others: { [BOB]: membership } } }, told);
    expect(await openDirect(client, BOB)).toBe("!a");
    expect(told).toEqual([]);
    expect(isContact(client, BOB)).toBe(true);
    expect(contactsOf(client).map((one) => one.userId)).toEqual([BOB]);
  });

  it("asks again whoever has left or declined it", async () => {
    const told: unknown[] = [];
    const client = knowing({ "!a": { others: { [BOB]: "leave" } } }, told);
    expect(isContact(client, BOB)).toBe(false);
    expect(contactsOf(client)).toEqual([]);
    expect(await openDirect(client, BOB)).toBe("!a");
    expect(told).toEqual([["!a", "m.room.member", { membership: "invite", is_direct: true }, BOB]]);
    // What was said in it stays a chat with them.
    expect(partnerIn(client, "!a")).toBe(BOB);
  });

  it("is made anew when nobody can come back, and another one is taken where they are", async () => {
    const told: unknown[] = [];
    expect(await openDirect(knowing({ "!a": { others: { [BOB]: "ban" } } }, told), BOB)).toBe("!made");
    const two = { "!a": { others: { [BOB]: "leave" } }, "!b": { others: { [BOB]: "join" } } };
    expect(await openDirect(knowing(two, told), BOB)).toBe("!b");
    expect(told).toEqual(["made"]);
  });

  it("is never begun in the open: an encrypted one is taken, or made", async () => {
    const told: unknown[] = [];
    const open = { others: { [BOB]: "join" }, isSealed: false };
    const left = { others: { [BOB]: "leave" }, isSealed: false };
    expect(await openDirect(knowing({ "!open": open, "!left": left }, told), BOB)).toBe("!made");
    expect(told).toEqual(["made"]);
    const sealed = { others: { [BOB]: "join" } };
    expect(await openDirect(knowing({ "!open": open, "!sealed": sealed }, told), BOB)).toBe("!sealed");
    const kept = { ...open, isRemembered: true };
    expect(await openDirect(knowing({ "!open": open, "!kept": kept }, told), BOB)).toBe("!kept");
    expect(told).toEqual(["made"]);
    // It is still a chat with them, and in every list.
    expect(directRoom(knowing({ "!open": open }), BOB)).toBe("!open");
  });

  it("is the one that the other one has asked for, while that waits for an answer", async () => {
    const told: unknown[] = [];
    const others = { [BOB]: "join" };
    const asked = {
      "!group": { others, mine: "invite", name: "Tea" },
      "!asked": { others, mine: "invite" },
      "!old": { others: { [BOB]: "leave" } },
    };
    expect(await openDirect(knowing(asked, told), BOB)).toBe("!asked");
    expect(told).toEqual([["joined", "!asked"]]);
    const isOpen = { "!asked": { others, mine: "invite", isSealed: false } };
    expect(await openDirect(knowing(isOpen), BOB)).toBe("!made");
    // What somebody else asks for has nothing to do with it.
    expect(await openDirect(knowing({ "!asked": { others, mine: "invite" } }), EVE)).toBe("!made");
  });

  it("goes on in the room that took the place of the old one, where both still are", async () => {
    const told: unknown[] = [];
    const others = { [BOB]: "join" };
    const moved = { "!old": { others, next: "!new" }, "!new": { others, before: "!old" } };
    expect(await openDirect(knowing(moved, told), BOB)).toBe("!new");
    expect(told).toEqual([]);
    // Who has not come along is still a contact, and is asked there.
    const alone = { ...moved, "!new": { others: { [BOB]: "leave" }, before: "!old" } };
    expect(isContact(knowing(alone), BOB)).toBe(true);
    expect(await openDirect(knowing(alone, told), BOB)).toBe("!new");
    expect(told).toEqual([["!new", "m.room.member", { membership: "invite", is_direct: true }, BOB]]);
    // A tombstone alone takes nothing away.
    expect(directRoom(knowing({ ...moved, "!new": { others: {}, mine: "invite" } }), BOB)).toBe("!old");
  });

  it.each([true, false])("is none when others read along (remembered: %s)", async (isRemembered) => {
    const place = { others: { [BOB]: "join", [EVE]: "join" } };
    const silent = { others: { [BOB]: "join" }, count: 3 };
    const swapped = { others: { [BOB]: "leave", [EVE]: "join" } };
    const client = knowing({ "!a": place, "!b": silent, "!c": swapped }, [], isRemembered);
    for (const roomId of ["!a", "!b", "!c"]) expect(partnerIn(client, roomId)).toBeNull();
    expect(directRoom(client, BOB)).toBeNull();
    expect(groupsOf(client)).toHaveLength(3);
  });
});

it("lists a group once that goes on in another room", () => {
  const others = { [BOB]: "join", [EVE]: "join" };
  const client = knowing({ "!old": { others, next: "!new" }, "!new": { others, before: "!old" } });
  expect(groupsOf(client).map((room) => room.roomId)).toEqual(["!new"]);
  expect(commonGroups(client, EVE).map((room) => room.roomId)).toEqual(["!new"]);
});

it("tells an invitation to a group from one to a chat of two, whatever it calls itself", () => {
  const others = { [BOB]: "join" };
  const client = knowing({
    "!two": { others, mine: "invite" },
    "!named": { others, mine: "invite", name: "Tea" },
    "!many": { others: { ...others, [EVE]: "invite" }, mine: "invite" },
  });
  const kinds = client.getRooms().map((room) => invitation(client, room).kind);
  expect(kinds).toEqual(["person", "group", "group"]);
});

it("says when somebody is called like a contact, and is another person", () => {
  const client = knowing({ "!a": { others: { [BOB]: "join" } } });
  expect(hasNamesake(client, EVE, " BОb")).toBe(true);
  expect(hasNamesake(client, EVE, "eve")).toBe(false);
  expect(hasNamesake(client, BOB, "bob")).toBe(false);
});

it("says so also where a group that both are in tells the two apart", () => {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: ME });
  const known = knowing({ "!a": { others: { [BOB]: "join" } } });
  Object.assign(client, { ...known, getUser: client.getUser.bind(client) });
  const group = new Room("!group", client, ME);
  client.store.storeRoom(group);
  const names = [
    [BOB, "bob"],
    [EVE, "\u202ebob"],
    ["@none:x", { bob: 1 }],
    ["@unseen:x", "\u200b"],
  ] as const;
  group.currentState.setStateEvents(
    names.map(([userId, displayname]) => {
      const content: object = { membership: "join", displayname };
      const told = { room_id: "!group", event_id: `$${userId}`, sender: userId, origin_server_ts: 1 };
      return new MatrixEvent({ ...told, type: "m.room.member", state_key: userId, content });
    }),
  );
  expect(client.getUser(BOB)?.displayName).toContain(BOB);
  expect(names.map(([userId]) => nameOf(client, userId))).toEqual(["bob", "bob", "none", "unseen"]);
  expect(hasNamesake(client, EVE, nameOf(client, EVE))).toBe(true);
});

it("offers to decline a knock to those alone who may, and shows its reason", () => {
  const powers: Record<string, number> = { [ME]: 0, [BOB]: 0 };
  const member = (userId: string) => ({
    userId,
    name: `bob (${userId})`,
    powerLevel: powers[userId],
    events: { member: { getContent: () => ({ reason: " It is me, Bob from work " }) } },
    getMxcAvatarUrl: () => null,
  });
  const room = {
    roomId: "!group",
    name: "Tea",
    getMyMembership: () => "join",
    canInvite: () => true,
    getMember: member,
    getMembersWithMembership: () => [member(BOB)],
    currentState: { hasSufficientPowerLevelFor: (_: string, power: number) => power >= 50 },
  } as unknown as Room;
  const told = () => knocksIn(knowing({}), room)[0];
  expect(told()).toMatchObject({ name: "bob", canDecline: false, reason: "It is me, Bob from work" });
  powers[ME] = 50;
  expect(told()?.canDecline).toBe(true);
  powers[BOB] = 50;
  expect(told()?.canDecline).toBe(false);
});

it("blocks before it declines", async () => {
  vi.stubGlobal("navigator", { onLine: true });
  const told: unknown[] = [];
  const client = {
    getSafeUserId: () => ME,
    getAccountData: () => undefined,
    http: NOTHING_KEPT,
    setAccountData: async (_: string, content: unknown) => {
      told.push(content);
      throw new Error("no connection");
    },
    leave: async () => told.push("left"),
  } as unknown as MatrixClient;
  await expect(declineAndBlock(client, REQUEST)).rejects.toThrow("no connection");
  expect(told).toEqual([{ ignored_users: { [BOB]: {} } }]);
});
