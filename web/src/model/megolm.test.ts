import { describe, expect, it } from "vitest";
import { fromBase64, join, toBase64 } from "./bytes";
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

  it("opens however its parts are written, as for those who read it", async () => {
    const message = messages[1];
    const bytes = fromBase64(message?.ciphertext ?? "");
    const [version, index, text, end] = [
      bytes.slice(0, 1),
      bytes.slice(1, 3),
      bytes.slice(3, -72),
      bytes.slice(-72),
    ];
    const more = Uint8Array.of(0x18, 99, 0x25, 1, 2, 3, 4, 0x29, 1, 2, 3, 4, 5, 6, 7, 8, 0x22, 1, 7);
    const opened = { plaintext: message?.plaintext, messageKey: message?.message_key };
    for (const inside of [
      [text, index],
      [index, more, text],
      [Uint8Array.of(0x08, 99), index, text],
    ]) {
      expect(await open(start, toBase64(join(version, ...inside, end)))).toEqual(opened);
    }
    expect(await open(start, toBase64(join(version, index, text, Uint8Array.of(0x22, 9), end)))).toBeNull();
  });

  it.each(["", "AQ", "AAAA"])("is no message when it is %j", async (text) => {
    expect(await open(start, text)).toBeNull();
    expect(await open(text, messages[0]?.ciphertext ?? "")).toBeNull();
  });
});
