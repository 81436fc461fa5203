import { MatrixEvent } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { factOf } from "./facts";

it("keeps the line of a message that was sent from here", () => {
  const told = { event_id: "$said", sender: "@alice:courtyard.test", type: "m.room.message", content: {} };
  const pending = new MatrixEvent({ ...told, event_id: "~local" });
  pending.setTxnId("m1");
  const sent = new MatrixEvent({ ...told, unsigned: { transaction_id: "m1" } });
  expect(factOf(pending, false).key).toBe("m1");
  expect(factOf(sent, false).key).toBe("m1");
  expect(factOf(new MatrixEvent(told), false).key).toBe("$said");
});
