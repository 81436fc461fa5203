// @vitest-environment jsdom
import { act, cleanup, renderHook } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { keptBy, waitsIn } from "./kept";
import { useHold } from "./useHold";
import { useRecording } from "./useRecording";

const begin = vi.hoisted(() => vi.fn());
const machine = vi.hoisted(() => ({
  elapsed_ms: 900,
  levels: [0.5],
  lost: (): void => undefined,
  stop: async () => ({ blob: new Blob(["abc"]), length_ms: 900, levels: [0.5] }),
  cancel: vi.fn(),
}));
const STOP = machine.stop;
vi.mock("../media/uploads", () => ({ begin }));
vi.mock("./player", () => ({ player: { pause: () => undefined, stop: () => undefined } }));
vi.mock("../chats/deeds", () => ({ relationTo: () => ({}) }));
vi.mock("react-i18next", () => ({ useTranslation: () => ({ t: (key: string) => key }) }));
vi.mock("./recorder", () => ({
  LENGTH_MAX_MS: 600_000,
  NoRecording: class extends Error {},
  Recorder: {
    begin: async (onLost: () => void) => {
      machine.lost = onLost;
      return machine;
    },
  },
}));

const target = { roomId: "!room", threadId: null, replyTo: null };
/** Whose session it is: nobody finds what another test has left. */
let session = {} as MatrixClient;

function record(client = session, roomId = "!room") {
  return renderHook(
    () => {
      const course = useRecording({ ...target, roomId }, () => undefined);
      return { course, ...useHold(course) };
    },
    {
      wrapper: ({ children }) => <ClientContext value={client}>{children}</ClientContext>,
    },
  );
}

/** A conversation that is opened; what waits in it is there. */
async function come(client = session, roomId = "!room") {
  const shown = record(client, roomId);
  await act(async () => undefined);
  return shown;
}

/** Let the microphone take its time to end; returns what ends it. */
function slow(): { end: (size?: number) => Promise<void>; fail: () => Promise<void> } {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof STOP>>>();
  machine.stop = () => promise;
  return {
    end: (size = 3) =>
      act(async () => resolve({ blob: new Blob(["a".repeat(size)]), length_ms: 900, levels: [0.5] })),
    fail: () => act(async () => reject(new Error("nothing heard"))),
  };
}

afterEach(() => {
  cleanup();
  machine.stop = STOP;
  session = {} as MatrixClient;
  begin.mockClear();
  machine.cancel.mockClear();
});

it("sends one message, however often Send is pressed", async () => {
  const { result } = record();
  await act(async () => result.current.course.begin());
  expect(result.current.course.step.at).toBe("recording");
  await act(async () => {
    result.current.course.finish(true);
    result.current.course.finish(true);
  });
  expect(begin).toHaveBeenCalledOnce();
  expect(result.current.course.step.at).toBe("idle");
});

it("sends what was sent, also when one leaves in the same moment", async () => {
  const { result, unmount } = record();
  await act(async () => result.current.course.begin());
  await act(async () => {
    result.current.course.finish(true);
    unmount();
  });
  expect(begin).toHaveBeenCalledOnce();
  expect(machine.cancel).not.toHaveBeenCalled();
});

it("keeps what was not sent when one leaves, for who comes back to the same conversation", async () => {
  const first = record();
  await act(async () => first.result.current.course.begin());
  // Ended, and left in the same moment.
  await act(async () => {
    first.result.current.course.finish(false);
    first.unmount();
  });
  expect(begin).not.toHaveBeenCalled();

  expect((await come(session, "!other")).result.current.course.step.at).toBe("idle");
  expect((await come({} as MatrixClient)).result.current.course.step.at).toBe("idle");
  const recording = await come(session, "!third");
  await act(async () => recording.result.current.course.begin());
  await act(async () => recording.unmount());
  expect((await come(session, "!third")).result.current.course.step.at).toBe("recorded");
  // Once more: also what is left while it is listened to.
  const second = await come();
  expect(second.result.current.course.step.at).toBe("recorded");
  await act(async () => second.unmount());
  const third = await come();
  expect(third.result.current.course.step.at).toBe("recorded");
  await act(async () => third.result.current.course.send());
  expect(begin).toHaveBeenCalledOnce();
  third.unmount();
  expect((await come()).result.current.course.step.at).toBe("idle");
});

it("finds what is still ending in a conversation that is opened again at once, and again", async () => {
  const { end } = slow();
  const first = record();
  await act(async () => first.result.current.course.begin());
  let last = first;
  // Another address of the same conversation: gone and there again in one go.
  for (const _ of [1, 2])
    act(() => {
      last.unmount();
      last = record();
    });
  await end();
  expect(last.result.current.course.step.at).toBe("recorded");
  // It is in one place only.
  await act(async () => last.result.current.course.discard());
  last.unmount();
  expect((await come()).result.current.course.step.at).toBe("idle");
});

it("keeps each of several, and shows them one after the other", async () => {
  const one = slow();
  const first = record();
  await act(async () => first.result.current.course.begin());
  first.unmount();
  const second = record();
  const two = slow();
  await act(async () => second.result.current.course.begin());
  expect(second.result.current.course.step.at).toBe("recording");
  // What comes now waits until this one is done.
  await one.end(1);
  expect(second.result.current.course.step.at).toBe("recording");
  second.unmount();
  await two.end(2);

  const third = await come();
  for (const size of [1, 2]) {
    expect(third.result.current.course.step).toMatchObject({ at: "recorded", recording: { blob: { size } } });
    await act(async () => third.result.current.course.send());
  }
  expect(begin).toHaveBeenCalledTimes(2);
  expect(third.result.current.course.step.at).toBe("idle");
});

it.each([true, false])("says that one was lost where it was left, to be sent at once: %s", async (isSent) => {
  const { fail } = slow();
  const first = record();
  await act(async () => first.result.current.course.begin());
  act(() => {
    if (isSent) first.result.current.course.finish(true);
    first.unmount();
  });
  await fail();
  const again = await come();
  expect(again.result.current.course.step).toEqual({ at: "trouble", trouble: "lost" });
  await act(async () => again.result.current.course.discard());
  again.unmount();
  expect((await come()).result.current.course.step.at).toBe("idle");
});

it("keeps so many, and begins no other one before one of them is sent or thrown away", async () => {
  for (let count = 0; count < 20; count += 1) {
    const one = await come(session, `!${count}`);
    await act(async () => one.result.current.course.begin());
    expect(one.result.current.course.step.at).toBe("recording");
    await act(async () => one.unmount());
  }
  const one = await come();
  await act(async () => one.result.current.course.begin());
  expect(one.result.current.course.step).toEqual({ at: "trouble", trouble: "full" });
  const kept = await come(session, "!7");
  await act(async () => kept.result.current.course.discard());
  await act(async () => one.result.current.course.begin());
  expect(one.result.current.course.step.at).toBe("recording");
});

it("keeps so many bytes", async () => {
  const { end } = slow();
  const first = record();
  await act(async () => first.result.current.course.begin());
  first.unmount();
  await end(30_000_001);
  const other = await come(session, "!other");
  await act(async () => other.result.current.course.begin());
  expect(other.result.current.course.step).toEqual({ at: "trouble", trouble: "full" });
});

it("is a draft of its conversation for as long as it waits there", async () => {
  const first = record();
  await act(async () => first.result.current.course.begin());
  act(() => first.unmount());
  // At once: the list is drawn in the same moment.
  expect(waitsIn(keptBy(session), "!room")).toBe(true);
  expect(waitsIn(keptBy(session), "!other")).toBe(false);
  const again = await come();
  expect(waitsIn(keptBy(session), "!room")).toBe(false);
  act(() => {
    again.result.current.course.send();
    again.unmount();
  });
  expect(waitsIn(keptBy(session), "!room")).toBe(false);
  const sent = await come();
  await act(async () => sent.result.current.course.begin());
  act(() => {
    sent.result.current.course.finish(true);
    sent.unmount();
  });
  expect(waitsIn(keptBy(session), "!room")).toBe(false);
});

it("keeps nothing of what was thrown away, or not begun", async () => {
  const { result, unmount } = record();
  await act(async () => result.current.course.begin());
  await act(async () => result.current.course.discard());
  expect(machine.cancel).toHaveBeenCalledOnce();
  unmount();
  const again = await come();
  expect(again.result.current.course.step.at).toBe("idle");
});

it("keeps what a call ended while a finger held it", async () => {
  const { result } = record();
  const finger = { pointerType: "touch", isPrimary: true, pointerId: 1, clientX: 0, clientY: 0 };
  const button = { setPointerCapture: () => undefined };
  const now = vi.spyOn(performance, "now").mockReturnValue(0);
  await act(async () => result.current.handlers.onPointerDown({ ...finger, currentTarget: button } as never));
  await act(async () => machine.lost());
  expect(result.current.course.step.at).toBe("recorded");
  now.mockReturnValue(5_000);
  await act(async () => result.current.handlers.onPointerUp());
  expect(result.current.course.step.at).toBe("recorded");
  now.mockRestore();
});
