// @vitest-environment jsdom
import { expect, it } from "vitest";
import { firstPage, leadsOnTo } from "./firstPage";

const queryOf = (page: string) => new URL(page, location.origin).search;

it.each([
  "/contacts/join/!abc?via=x.y&via=z%3A8448",
  "/contacts/@al%2Fice:x.y",
  "/contacts/scan",
  "/chats#new",
  "/chats/!abc/at/%24event",
])("leads on to %s, which was opened", (opened) => {
  const page = firstPage("up", `${location.origin}${opened}`);
  expect(page).toMatch(/^\/me\/recovery\?first=up&then=/);
  expect(leadsOnTo(queryOf(page))).toBe(opened);
});

it.each(["/", "/me/recovery?first=in&then=%2Fcontacts", "/elsewhere", `/chats/${"a".repeat(3_000)}`])(
  "leads on to the chats from %s",
  (opened) => {
    const page = firstPage("in", `${location.origin}${opened}`);
    expect(page).toBe("/me/recovery?first=in");
    expect(leadsOnTo(queryOf(page))).toBe("/chats");
  },
);

it.each([
  "https://evil.example/chats",
  "//evil.example/chats",
  "/\\evil.example/chats",
  "\\\\evil.example/chats",
  "/chats/..//evil.example/",
  "/.//evil.example/chats",
  "javascript:alert(1)//chats",
  "data:text/html,/chats",
  "blob:http://localhost:3000/chats",
  "http://localhost:3000@evil.example/chats",
  "/chatsx",
  "/_matrix/client/versions",
  "http://[",
  "",
])("never leads to %j", (then) => {
  expect(leadsOnTo(`?first=in&then=${encodeURIComponent(then)}`)).toBe("/chats");
});
