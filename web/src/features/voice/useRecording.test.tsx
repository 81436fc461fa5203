// @vitest-environment jsdom
import { act, cleanup, renderHook } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
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

afterEach(() => {
  cleanup();
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

  expect(record(session, "!other").result.current.course.step.at).toBe("idle");
  expect(record({} as MatrixClient).result.current.course.step.at).toBe("idle");
  const recording = record(session, "!third");
  await act(async () => recording.result.current.course.begin());
  await act(async () => recording.unmount());
  expect(record(session, "!third").result.current.course.step.at).toBe("recorded");
  // Once more: also what is left while it is listened to.
  const second = record();
  expect(second.result.current.course.step.at).toBe("recorded");
  await act(async () => second.unmount());
  const third = record();
  expect(third.result.current.course.step.at).toBe("recorded");
  await act(async () => third.result.current.course.send());
  expect(begin).toHaveBeenCalledOnce();
  third.unmount();
  expect(record().result.current.course.step.at).toBe("idle");
});

it("keeps nothing of what was thrown away, or not begun", async () => {
  const { result, unmount } = record();
  await act(async () => result.current.course.begin());
  await act(async () => result.current.course.discard());
  expect(machine.cancel).toHaveBeenCalledOnce();
  unmount();
  const again = record();
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
