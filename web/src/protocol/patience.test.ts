import { ConnectionError, MatrixError, MatrixEvent } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { patientScheduler } from "./patience";

const OFFLINE = new ConnectionError("no network");

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function event(type: string, call = "1"): MatrixEvent {
  return new MatrixEvent({ type, content: { call_id: call }, origin_server_ts: Date.now() });
}

/** Send to a server that is as `answers` says, one after the other: an error, or well. Then it is well. */
function sending(...answers: (Error | null)[]) {
  const scheduler = patientScheduler();
  const tried: string[] = [];
  scheduler.setProcessFunction(async (one) => {
    tried.push(one.getType());
    const error = answers.shift();
    if (error) throw error;
    return { event_id: "$1" };
  });
  const send = (one: MatrixEvent) => {
    const done = vi.fn<(how: string) => void>();
    scheduler.queueEvent(one)?.then(
      () => done("sent"),
      () => done("lost"),
    );
    return done;
  };
  return { send, tried, scheduler };
}

it("sends the steps of a call again when a network of some seconds ago is back", async () => {
  const { send, tried } = sending(...Array<Error>(10).fill(OFFLINE));
  const offer = send(event("m.call.negotiate"));
  await vi.advanceTimersByTimeAsync(9_500);
  expect(offer).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(offer).toHaveBeenCalledWith("sent");
  expect(tried).toHaveLength(11);
});

it("gives them up when they count no more", async () => {
  const { send } = sending(...Array<Error>(99).fill(OFFLINE));
  const answer = send(event("m.call.answer"));
  await vi.advanceTimersByTimeAsync(28_000);
  expect(answer).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(answer).toHaveBeenCalledWith("lost");
});

it("gives up at once what the server refuses, and waits as long as it asks for", async () => {
  const { send, tried } = sending(
    new MatrixError(
      { errcode: "M_LIMIT_EXCEEDED" },
      429,
      undefined,
      undefined,
      new Headers({ "Retry-After": "5" }),
    ),
    new MatrixError({ errcode: "M_FORBIDDEN" }, 403),
  );
  const answer = send(event("m.call.answer"));
  await vi.advanceTimersByTimeAsync(4_900);
  expect(tried).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(answer).toHaveBeenCalledWith("lost");
});

it("keeps the steps of one call in order, and no other call waits for them", async () => {
  const { send, tried } = sending(OFFLINE);
  send(event("m.call.negotiate"));
  send(event("m.call.candidates"));
  await vi.advanceTimersByTimeAsync(100);
  expect(tried).toEqual(["m.call.negotiate"]);
  send(event("m.call.answer", "2"));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(tried).toEqual(["m.call.negotiate", "m.call.answer", "m.call.negotiate", "m.call.candidates"]);
});

it("tries as often to say that a call is over, and lets that wait for none of its steps", async () => {
  const { send, tried } = sending(...Array<Error>(4).fill(OFFLINE));
  send(event("m.call.answer"));
  const [declined, ended] = [send(event("m.call.reject")), send(event("m.call.hangup"))];
  await vi.advanceTimersByTimeAsync(100);
  expect(tried).toEqual(["m.call.answer", "m.call.reject"]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(declined).toHaveBeenCalledWith("sent");
  expect(ended).toHaveBeenCalledWith("sent");
  expect(tried.slice(-1)).toEqual(["m.call.hangup"]);
});

it("leaves to the SDK what begins a call, and what is said", async () => {
  const { send, tried, scheduler } = sending(OFFLINE);
  for (const type of ["m.call.invite", "m.reaction"]) expect(scheduler.queueEvent(event(type))).toBeNull();
  const message = send(event("m.room.message"));
  await vi.advanceTimersByTimeAsync(0);
  expect(message).toHaveBeenCalledWith("lost");
  expect(tried).toEqual(["m.room.message"]);
});
