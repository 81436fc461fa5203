/** Packs of stickers on the server. A pack is state of a room; one's own lies in a room of one's own. */
import {
  ClientEvent,
  type EmittedEvents,
  KnownMembership,
  type MatrixClient,
  Preset,
  type Room,
  RoomEvent,
  RoomStateEvent,
  Visibility,
} from "matrix-js-sdk";
import {
  EMPTY_PACK,
  named,
  nameIn,
  OLD_OWN,
  OLD_PACK,
  OLD_ROOMS,
  PACK,
  type Place,
  placesIn,
  ROOMS,
  type Sticker,
  stickersIn,
  withPlace,
} from "../model/stickers";
import type { Content } from "../model/timeline";
import { change } from "./accountData";
import { isOwnStickerRoom, STICKER_ROOM } from "./stickerRoom";

/** What may change which packs there are. */
export const PACK_EVENTS: readonly EmittedEvents[] = [
  ClientEvent.AccountData,
  ClientEvent.Room,
  RoomEvent.MyMembership,
  RoomStateEvent.Events,
];

export interface Pack extends Place {
  readonly key: string;
  /** As it calls itself, or as its room is called; empty when neither says anything. */
  readonly name: string;
  readonly stickers: readonly Sticker[];
  readonly isOwn: boolean;
  readonly isEverywhere: boolean;
  /** One may change it. What is of the older form is only shown. */
  readonly canChange: boolean;
}

/** Return the packs for a chat, the chosen ones first. spec: client-server-api#image-pack-source-priority */
export function packsFor(client: MatrixClient, roomId: string): Pack[] {
  const packs = [...everywhere(client), ...oldOwn(client)];
  for (const room of upwards(client, roomId)) packs.push(...packsIn(client, room));
  const seen = new Set<string>();
  return packs.filter(({ key, stickers }) => {
    const isNew = !seen.has(key) && stickers.length > 0;
    seen.add(key);
    return isNew;
  });
}

/** Return the packs that one has chosen to have in every chat, one's own first. */
export function everywhere(client: MatrixClient): Pack[] {
  const places = [...chosen(client, ROOMS), ...chosen(client, OLD_ROOMS)];
  const packs = places.flatMap(({ roomId, stateKey }) => {
    const room = client.getRoom(roomId);
    if (room?.getMyMembership() !== KnownMembership.Join) return [];
    return packsIn(client, room).filter((pack) => pack.stateKey === stateKey);
  });
  const own = ownRoom(client);
  const mine = own === null ? [] : packsIn(client, own);
  return [...mine, ...packs.filter(({ isOwn }) => !isOwn)];
}

/** Return every pack of a room. */
export function packsIn(client: MatrixClient, room: Room): Pack[] {
  const chosenKeys = new Set(chosen(client, ROOMS).map(keyOf));
  const mayChange = room.currentState.maySendStateEvent(PACK, client.getSafeUserId());
  const isOwn = isOwnStickerRoom(room);
  const found = new Map<string, Pack>();
  for (const type of [PACK, OLD_PACK]) {
    for (const event of room.currentState.getStateEvents(type)) {
      const stateKey = event.getStateKey() ?? "";
      const content = event.getContent<Content>();
      const place = { roomId: room.roomId, stateKey };
      const key = keyOf(place);
      // A pack that was taken away is one without pictures and without a name.
      const isGone = Object.keys(content).length === 0;
      if (found.has(key) || isGone) continue;
      found.set(key, {
        ...place,
        key,
        name: nameIn(content) ?? (isOwn ? "" : room.name),
        stickers: stickersIn(content),
        isOwn,
        isEverywhere: isOwn || chosenKeys.has(key),
        canChange: mayChange && type === PACK,
      });
    }
  }
  return [...found.values()];
}

/** A room, and the spaces that say it belongs to them: a few at the most, and none twice. */
function upwards(client: MatrixClient, roomId: string): Room[] {
  const rooms: Room[] = [];
  let room = client.getRoom(roomId);
  while (room !== null && rooms.length < SPACES_MAX && !rooms.includes(room)) {
    if (room.getMyMembership() !== KnownMembership.Join) break;
    rooms.push(room);
    const parent: string | undefined = room.currentState
      .getStateEvents("m.space.parent")
      .find((event) => event.getContent()["canonical"] === true)
      ?.getStateKey();
    room = client.getRoom(parent);
  }
  return rooms;
}

const SPACES_MAX = 5;

function keyOf({ roomId, stateKey }: Place): string {
  return `${roomId} ${stateKey}`;
}

function chosen(client: MatrixClient, type: string): Place[] {
  return placesIn(accountData(client, type));
}

function accountData(client: MatrixClient, type: string): Content {
  return client.getAccountData(type as never)?.getContent<Content>() ?? {};
}

/** Where packs of one's own lay before there was a specification. */
function oldOwn(client: MatrixClient): Pack[] {
  const content = accountData(client, OLD_OWN);
  const stickers = stickersIn(content);
  if (stickers.length === 0) return [];
  const place = { roomId: "", stateKey: OLD_OWN };
  const name = nameIn(content) ?? "";
  return [{ ...place, key: keyOf(place), name, stickers, isOwn: true, isEverywhere: true, canChange: false }];
}

function ownRoom(client: MatrixClient): Room | null {
  const mine = client
    .getRooms()
    .filter((room) => room.getMyMembership() === KnownMembership.Join && isOwnStickerRoom(room));
  // Two devices may have made one each at the same time: all choose the same.
  return mine.sort((a, b) => (a.roomId < b.roomId ? -1 : 1))[0] ?? null;
}

/** Return one's own pack; a room is made for it when there is none. */
export async function ownPlace(client: MatrixClient, name: string): Promise<Place> {
  const roomId = ownRoom(client)?.roomId ?? madeRoom(client) ?? (await makeOwnRoom(client, name));
  return { roomId, stateKey: "" };
}

let making: Promise<string> | null = null;
/** What was made, until the server's next answer brings it. */
const made = new WeakMap<MatrixClient, string>();

function madeRoom(client: MatrixClient): string | null {
  const roomId = made.get(client);
  return roomId === undefined || client.getRoom(roomId) !== null ? null : roomId;
}

/** Made once, however many things want it at the same time. */
function makeOwnRoom(client: MatrixClient, name: string): Promise<string> {
  making ??= newRoom(client, name).finally(() => {
    making = null;
  });
  return making;
}

async function newRoom(client: MatrixClient, name: string): Promise<string> {
  const { room_id: roomId } = await client.createRoom({
    name,
    preset: Preset.PrivateChat,
    visibility: Visibility.Private,
    creation_content: { type: STICKER_ROOM },
    initial_state: [{ type: PACK, state_key: "", content: named(EMPTY_PACK, name) }],
  });
  made.set(client, roomId);
  // Other clients of this person find it there.
  await setEverywhere(client, { roomId, stateKey: "" }, true);
  return roomId;
}

/** Have a pack in every chat, or no more. */
export async function setEverywhere(client: MatrixClient, place: Place, isIn: boolean): Promise<void> {
  await change(client, ROOMS, (before) => ({ ...withPlace({ rooms: {}, ...before }, place, isIn) }));
}

/** Change a pack. What the server has is changed, not what this device last heard of. */
export async function changePack(
  client: MatrixClient,
  { roomId, stateKey }: Place,
  change: (content: Content) => Content,
): Promise<void> {
  const before = await packNow(client, { roomId, stateKey });
  await client.sendStateEvent(roomId, PACK as never, change(before) as never, stateKey);
}

async function packNow(client: MatrixClient, { roomId, stateKey }: Place): Promise<Content> {
  try {
    return await client.getStateEvent(roomId, PACK, stateKey);
  } catch (error) {
    if ((error as { errcode?: string }).errcode === "M_NOT_FOUND") return EMPTY_PACK;
    throw error;
  }
}
