import { afterEach, expect, it, vi } from "vitest";
import { fetchPart } from "./archive";
import { Unreachable } from "./http";

const PART = { n: 1, path: "/part", size_bytes: 8, downloaded: false };

afterEach(() => vi.unstubAllGlobals());

it("tells of a connection that breaks on the way as of one that is not there", async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(control) {
      pulled += 1;
      if (pulled === 1) control.enqueue(new Uint8Array(4));
      else control.error(new TypeError("network error"));
    },
  });
  vi.stubGlobal("fetch", async () => new Response(body));
  const counts: number[] = [];
  await expect(fetchPart("secret", PART, (count) => counts.push(count))).rejects.toBeInstanceOf(Unreachable);
  expect(counts).toEqual([4]);
});
