import { ConnectionError, EventStatus, HTTPError, MatrixError, MatrixEvent } from "matrix-js-sdk";
import { expect, it } from "vitest";
import type { Fact } from "../../model/timeline";
import { factOf, wordsNow } from "./facts";

/** Return an event as the server has it, and as it reads once this device has opened it. */
async function opened(type: unknown, content: unknown, outside: object = {}): Promise<MatrixEvent> {
  const event = new MatrixEvent({
    event_id: "$said",
    room_id: "!room:courtyard.test",
    sender: "@mallory:courtyard.test",
    type: "m.room.encrypted",
    content: { algorithm: "m.megolm.v1.aes-sha2", session_id: "key", ciphertext: "…", ...outside },
  });
  const crypto = { decryptEvent: async () => ({ clearEvent: { type, content } }) };
  await event.attemptDecryption(crypto as unknown as Parameters<MatrixEvent["attemptDecryption"]>[0]);
  return event;
}

it("keeps the line of a message that was sent from here", () => {
  const told = { event_id: "$said", sender: "@alice:courtyard.test", type: "m.room.message", content: {} };
  const pending = new MatrixEvent({ ...told, event_id: "~local" });
  pending.setTxnId("m1");
  const sent = new MatrixEvent({ ...told, unsigned: { transaction_id: "m1" } });
  expect(factOf(pending, false).key).toBe("m1");
  expect(factOf(sent, false).key).toBe("m1");
  expect(factOf(new MatrixEvent(told), false).key).toBe("$said");
});

it("lets nobody delete what others said from inside of an encrypted message", async () => {
  const content = { redacts: "$victim" };
  const told = { event_id: "$said", sender: "@alice:courtyard.test", type: "m.room.redaction" };
  expect(factOf(new MatrixEvent({ ...told, redacts: "$victim" }), true).redacts).toBe("$victim");
  expect(factOf(new MatrixEvent({ ...told, content }), true).redacts).toBe("$victim");
  expect(factOf(await opened("m.room.redaction", content), true).redacts).toBeUndefined();
});

it("has no words in a line that only a server put there", async () => {
  const said = await opened("m.room.message", { msgtype: "m.text", body: "Yes" });
  const forged = new MatrixEvent({
    event_id: "$forged",
    sender: "@mallory:courtyard.test",
    type: "m.room.message",
    content: {
      body: "* No",
      "m.new_content": { msgtype: "m.text", body: "No" },
      "m.relates_to": { rel_type: "m.replace", event_id: "$said" },
    },
  });
  expect(wordsNow(said).content["body"]).toBe("Yes");
  said.makeReplaced(forged);
  expect(said.getContent()["body"]).toBe("No");
  expect(wordsNow(said).content["body"]).toBe("Yes");
});

it("finds nothing in an encrypted message that is nothing like one", async () => {
  const relation = { "m.in_reply_to": { event_id: "$other" } };
  for (const content of [5, "x", true, null, [1]]) {
    const fact = factOf(await opened("m.room.message", content, { "m.relates_to": relation }), true);
    expect(fact.content).toEqual({ "m.relates_to": relation });
  }
  for (const type of [undefined, null, 5, { toString: 1 }]) {
    expect(factOf(await opened(type, {}), true).type).toBe("");
  }
});

it("is about what stands outside of what is encrypted", async () => {
  const [inner, outer] = ["$inner", "$outer"].map((event_id) => ({ "m.in_reply_to": { event_id } }));
  const content = { msgtype: "m.text", body: "Yes", "m.relates_to": inner };
  const both = factOf(await opened("m.room.message", content, { "m.relates_to": outer }), true);
  expect(both.content["m.relates_to"]).toEqual(outer);
  expect(factOf(await opened("m.room.message", content), true).content).not.toHaveProperty("m.relates_to");
});

it("is about nothing when what it is about has no name", () => {
  const relation = { rel_type: "m.reference", event_id: { toString: 1 } };
  const content = { "m.relates_to": relation };
  const event = { event_id: "$e", sender: "@alice:courtyard.test", type: "m.poll.response", content };
  expect(factOf(new MatrixEvent(event as never), false).about).toBeUndefined();
});

it("came at no time when no calendar has it", () => {
  const event = { event_id: "$e", sender: "@alice:courtyard.test", type: "m.room.message", content: {} };
  expect(factOf(new MatrixEvent({ ...event, origin_server_ts: 2 ** 53 - 1 }), false).at).toBe(0);
  expect(factOf(new MatrixEvent({ ...event, origin_server_ts: 1_000 }), false).at).toBe(1_000);
});

/** Return how it stands with what was not sent, for this reason. */
function unsent(error: Error): Fact {
  const event = new MatrixEvent({ event_id: "~local", type: "m.room.message", content: {} });
  event.setStatus(EventStatus.NOT_SENT);
  event.error = error as MatrixError;
  return factOf(event, false);
}

it.each([
  ["no connection", new ConnectionError("fetch failed")],
  ["a proxy whose server starts anew", new HTTPError("Bad gateway", 502)],
  ["a server that is busy", new MatrixError({ errcode: "M_UNKNOWN" }, 503)],
  ["too many at once", new MatrixError({ errcode: "M_LIMIT_EXCEEDED" }, 429)],
  ["a proxy that waited for too long", new HTTPError("Request timeout", 408)],
  ["a request that took too long", new DOMException("", "AbortError")],
])("lets a message wait for what passes: %s", (_, error) => {
  expect(unsent(error).sending).toBe("waiting");
  expect(unsent(error)).not.toHaveProperty("refusal");
});

it.each([
  ["a refusal", new MatrixError({ errcode: "M_FORBIDDEN" }, 403)],
  ["a proxy's limit", new HTTPError("Too large", 413)],
  ["what cannot be encrypted here", new Error("no encryption")],
])("calls a message not sent for what stays: %s", (_, error) => {
  expect(unsent(error)).toMatchObject({ sending: "failed", refusal: error });
});
