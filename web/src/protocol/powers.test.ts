import type { MatrixClient } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { changePowers } from "./powers";

type Levels = Readonly<Record<string, number>>;

/** Return a client of a server that keeps one room's power levels and takes its time. */
function keeping(levels: Levels): {
  client: MatrixClient;
  now: () => Levels;
  write: (other: Levels) => void;
} {
  let kept = levels;
  const client = {
    getStateEvent: async () => kept,
    sendStateEvent: async (_: string, __: string, content: Levels) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (content["bad"]) throw new Error("refused");
      kept = content;
    },
  } as unknown as MatrixClient;
  return { client, now: () => kept, write: (other) => (kept = other) };
}

it("loses none of two quick changes, nor what another one has changed", async () => {
  const { client, now, write } = keeping({ invite: 0 });
  write({ invite: 0, kick: 100 });
  const set = (key: string) => changePowers<Levels>(client, "!a", (levels) => ({ ...levels, [key]: 50 }));
  const failed = expect(set("bad")).rejects.toThrow("refused");
  await Promise.all([set("invite"), set("events_default"), failed]);
  expect(now()).toEqual({ invite: 50, events_default: 50, kick: 100 });
});

it("writes nothing where nothing is to be changed", async () => {
  const { client } = keeping({ invite: 50 });
  await changePowers<Levels>(client, "!a", (levels) => (levels["invite"] === 50 ? null : { bad: 1 }));
});
