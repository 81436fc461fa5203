// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { CallEvent, type MatrixCall, type MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { type EventEncryptionInfo, EventShieldColour, EventShieldReason } from "matrix-js-sdk/lib/crypto-api";
import { CallEventHandlerEvent } from "matrix-js-sdk/lib/webrtc/callEventHandler";
import type { CallFeed } from "matrix-js-sdk/lib/webrtc/callFeed";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { callNow } from "./callNow";
import { CallDesk } from "./desk";

const ME = "@alice:here";
const BOB = "@bob:here";
const ROOM = "!chat:here";

/** A microphone that is open. */
class Media extends EventTarget {
  readonly id = crypto.randomUUID();
  readonly tracks = [{ kind: "audio", enabled: true, stop: vi.fn(), getSettings: () => ({}) }];
  getTracks = () => this.tracks;
  getAudioTracks = () => this.tracks;
  getVideoTracks = () => [];
}

/** A call as the SDK has it: this much of one. */
class Call extends EventEmitter {
  state = "ringing";
  readonly roomId = ROOM;
  localUsermediaFeed: CallFeed | undefined;
  readonly hangup = vi.fn();
  readonly reject = vi.fn();
  constructor(readonly callId: string) {
    super();
  }
  get localUsermediaStream() {
    return this.localUsermediaFeed?.stream;
  }
  getFeeds = () => (this.localUsermediaFeed === undefined ? [] : [this.localUsermediaFeed]);
  isLocalOnHold = () => false;
  setMicrophoneMuted = (isMuted: boolean) => this.localUsermediaFeed?.setAudioVideoMuted(isMuted, null);
  answerWithCallFeeds([feed]: CallFeed[]): void {
    this.localUsermediaFeed = feed;
    this.become("connected");
  }
  become(state: string): void {
    this.state = state;
    this.emit(CallEvent.State, state);
  }
}

const CERTAIN = { shieldColour: EventShieldColour.NONE, shieldReason: null };
const UNSIGNED = { shieldColour: EventShieldColour.RED, shieldReason: EventShieldReason.UNSIGNED_DEVICE };

let opened: Media[];
/** Of these it is doubtful who sent them. */
let doubtful: string[];
/** What is told of the others. */
let told: () => Promise<EventEncryptionInfo | null>;
let isSealed: boolean;
let events: MatrixEvent[];
let end: () => void;
let client: EventEmitter;
let desk: CallDesk;

beforeEach(() => {
  opened = [];
  doubtful = [];
  told = async () => CERTAIN;
  isSealed = true;
  events = [];
  const getUserMedia = async () => {
    opened.push(new Media());
    return opened.at(-1);
  };
  vi.stubGlobal("navigator", { onLine: true, mediaDevices: { getUserMedia } });
  vi.stubGlobal(
    "AudioContext",
    class {
      createAnalyser = () => ({ frequencyBinCount: 1 });
      createMediaStreamSource = () => ({ connect: () => undefined });
      close = async () => undefined;
    },
  );
  const room = {
    roomId: ROOM,
    hasEncryptionStateEvent: () => isSealed,
    getLiveTimeline: () => ({ getEvents: () => events }),
    getPendingEvents: () => [],
    getMember: () => ({ events: {} }),
    getType: () => undefined,
    getInvitedAndJoinedMemberCount: () => 1,
  };
  client = Object.assign(new EventEmitter(), {
    getSafeUserId: () => ME,
    getUserId: () => ME,
    getDeviceId: () => "PHONE",
    getRoom: () => room,
    getCrypto: () => ({
      getEncryptionInfoForEvent: async (event: MatrixEvent) =>
        doubtful.includes(event.getId() ?? "") ? UNSIGNED : told(),
      isEncryptionEnabledInRoom: async () => isSealed,
    }),
    getAccountData: () => ({ getContent: () => ({ [BOB]: [ROOM] }) }),
    isUserIgnored: () => false,
    checkTurnServers: async () => true,
    getTurnServers: () => [],
    getMediaHandler: () => ({ stopAllStreams: vi.fn() }),
    sendEvent: vi.fn(async () => undefined),
  });
  desk = new CallDesk(client as unknown as MatrixClient);
  end = desk.start();
});

afterEach(() => {
  end();
  vi.unstubAllGlobals();
});

/** Bob calls, and the SDK says so. */
function rings(callId: string): Call {
  const content = { call_id: callId, offer: { sdp: "" }, lifetime: 60_000 };
  const unsigned = { age: 10 };
  const id = `$${callId}`;
  events.push(
    new MatrixEvent({ type: "m.call.invite", room_id: ROOM, event_id: id, sender: BOB, content, unsigned }),
  );
  const call = new Call(callId);
  client.emit(CallEventHandlerEvent.Incoming, call as unknown as MatrixCall);
  return call;
}

it("rings, and opens the microphone of who answers", async () => {
  const call = rings("1");
  expect(callNow()?.phase).toBe("ringing");
  expect(opened).toEqual([]);
  await desk.answer(false);
  expect(callNow()).toMatchObject({ phase: "talking", mine: { isMuted: false } });
  expect(call.localUsermediaFeed?.isAudioMuted()).toBe(false);
  expect(opened[0]?.tracks[0]?.enabled).toBe(true);
});

it.each([true, false])("takes a call up again by itself, muted as one was: %s", async (isMuted) => {
  const first = rings("1");
  await desk.answer(false);
  await desk.own.mute(isMuted);
  const second = rings("2");
  expect(first.hangup).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(callNow()?.phase).toBe("talking"));
  expect(callNow()?.mine.isMuted).toBe(isMuted);
  expect(second.localUsermediaFeed?.isAudioMuted()).toBe(isMuted);
  expect(opened[1]?.tracks[0]?.enabled).toBe(!isMuted);
});

it("takes no call up again by itself that may be somebody else's", async () => {
  rings("1");
  await desk.answer(false);
  doubtful = ["$2"];
  const second = rings("2");
  expect(callNow()?.phase).toBe("connecting");
  await vi.waitFor(() => expect(callNow()).toMatchObject({ phase: "ringing", inviteId: "$2" }));
  expect(opened).toHaveLength(1);
  expect(second.localUsermediaFeed).toBeUndefined();
  await desk.answer(false);
  expect(callNow()?.phase).toBe("talking");
});

it.each([
  ["is asked in vain", () => Promise.reject(new Error("its key is gone"))],
  ["has nothing to tell", () => Promise.resolve(null)],
])("takes no call up again by itself where the SDK %s about who calls", async (_, answer) => {
  rings("1");
  await desk.answer(false);
  told = answer;
  const second = rings("2");
  await vi.waitFor(() => expect(callNow()).toMatchObject({ phase: "ringing", inviteId: "$2" }));
  await new Promise((resolve) => setTimeout(resolve));
  expect(callNow()?.phase).toBe("ringing");
  expect(opened).toHaveLength(1);
  expect(second.localUsermediaFeed).toBeUndefined();
});

it("rings where it cannot be found out whether the chat is encrypted", async () => {
  rings("1");
  await desk.answer(false);
  told = async () => null;
  isSealed = false;
  const crypto = (client as unknown as MatrixClient).getCrypto();
  Object.assign(client, {
    getCrypto: () => ({ ...crypto, isEncryptionEnabledInRoom: () => Promise.reject(new Error("closed")) }),
  });
  rings("2");
  await vi.waitFor(() => expect(callNow()).toMatchObject({ phase: "ringing", inviteId: "$2" }));
  expect(opened).toHaveLength(1);
});

it("takes a call up again by itself in a chat that is not encrypted", async () => {
  isSealed = false;
  told = async () => null;
  rings("1");
  await desk.answer(false);
  rings("2");
  await vi.waitFor(() => expect(callNow()).toMatchObject({ phase: "talking", inviteId: "$2" }));
});
