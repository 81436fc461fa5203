import { MatrixEvent } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { factOf, wordsNow } from "./facts";

/** Return an event as the server has it, and as it reads once this device has opened it. */
async function opened(type: string, content: object): Promise<MatrixEvent> {
  const event = new MatrixEvent({
    event_id: "$said",
    room_id: "!room:courtyard.test",
    sender: "@mallory:courtyard.test",
    type: "m.room.encrypted",
    content: { algorithm: "m.megolm.v1.aes-sha2", session_id: "key", ciphertext: "…" },
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
