import { describe, expect, it } from "vitest";
import { open } from "./megolm";
import vectors from "./vectors.json";

const { start, messages } = vectors.megolm;

describe("one message of a Megolm session", () => {
  it.each(messages)("number $index opens with the session, and leaves its own key", async (message) => {
    const { ciphertext, plaintext, session_key, message_key } = message;
    expect(await open(start, ciphertext)).toEqual({ plaintext, messageKey: message_key });
    expect(await open(session_key, ciphertext)).toEqual({ plaintext, messageKey: message_key });
  });

  it("does not open with the key of a later one", async () => {
    const [first, , later] = messages;
    expect(await open(later?.session_key ?? "", first?.ciphertext ?? "")).toBeNull();
  });

  it.each(["", "AQ", "AAAA"])("is no message when it is %j", async (text) => {
    expect(await open(start, text)).toBeNull();
    expect(await open(text, messages[0]?.ciphertext ?? "")).toBeNull();
  });
});
