import { describe, expect, it } from "vitest";
import { secureAddress } from "./secure";

const HERE = "http://192.168.1.5:8008/chats/one?x=1";

describe("the secure address of the page that is open", () => {
  it.each([
    ["https://chat.example.org", "https://chat.example.org/chats/one"],
    ["https://chat.example.org/", "https://chat.example.org/chats/one"],
    ["https://192.168.1.5:8448", "https://192.168.1.5:8448/chats/one"],
  ])("is where the server says: %s", (told, address) => {
    expect(secureAddress(told, HERE)).toBe(address);
  });

  it.each([
    "http://192.168.1.5:8008",
    "http://127.0.0.1:8008",
    "https://0.0.0.0:8008",
    "https://[::]:8008",
    "https://localhost:8008",
    "https://127.0.0.1:8008",
    "https://[::1]:8008",
    "javascript:alert(1)",
    "chat.example.org",
    "",
    undefined,
    null,
    7,
  ])("is not known: %s", (told) => {
    expect(secureAddress(told, HERE)).toBeNull();
  });

  it("may be on the machine itself", () => {
    expect(secureAddress("https://localhost:8448", "http://127.0.0.1:8008/")).toBe("https://localhost:8448/");
  });
});
