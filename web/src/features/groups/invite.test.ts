import type { TFunction } from "i18next";
import { ConnectionError, createClient, type MatrixClient, MatrixError } from "matrix-js-sdk";
import { beforeEach, expect, it, vi } from "vitest";
import { inviteAll, uninvitedWords } from "./invite";

const [BOB, EVE, MEI] = ["@bob:here.org", "@eve:here.org", "@mei:here.org"] as const;
const BLOCKED = new MatrixError({ errcode: "M_INVITE_BLOCKED" }, 403);

beforeEach(() => vi.stubGlobal("navigator", { onLine: true, languages: ["en"] }));

/** Invite the three where the server, or what is before it, says this to some of them. */
async function invite(says: Readonly<Record<string, Error>>) {
  const [asked, invited]: string[][] = [[], []];
  const client = {
    invite: async (_: string, userId: string) => {
      asked?.push(userId);
      if (says[userId]) throw says[userId];
    },
  } as unknown as MatrixClient;
  const left = await inviteAll(client, "!tea", [BOB, EVE, MEI], (userId) => invited?.push(userId));
  return { asked, invited, left: left.map((one) => one.userId) };
}

it("goes on past whoever is not to be invited", async () => {
  const kept = new MatrixError({ errcode: "M_FORBIDDEN" }, 403);
  expect(await invite({ [BOB]: BLOCKED, [EVE]: kept })).toEqual({
    asked: [BOB, EVE, MEI],
    invited: [MEI],
    left: [BOB, EVE],
  });
});

it.each([
  ["there is no connection", new ConnectionError("lost")],
  ["it was too much at once", new MatrixError({ errcode: "M_LIMIT_EXCEEDED" }, 429)],
  [
    "a decision lets one invite nobody",
    new MatrixError({ "org.courtyard.capability": "chat.group.invite", "org.courtyard.decision": "d" }, 403),
  ],
])("asks no more where %s", async (_, error) => {
  expect(await invite({ [EVE]: error })).toEqual({ asked: [BOB, EVE], invited: [BOB], left: [EVE, MEI] });
});

it("says who is left, and why, in one sentence for all of whom the same is true", () => {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: "@ann:here.org" });
  const t = ((key: string, values: object) => [key, ...Object.values(values ?? {})].join(" ")) as TFunction;
  const left = [
    { userId: BOB, error: BLOCKED },
    { userId: MEI, error: new MatrixError({ errcode: "M_FORBIDDEN" }, 403) },
    { userId: EVE, error: BLOCKED },
  ];
  expect(uninvitedWords(client, left, t, "en")).toBe(
    "groups.not_invited bob and eve contacts.takes_no_invitations groups.not_invited mei contacts.not_allowed",
  );
});
