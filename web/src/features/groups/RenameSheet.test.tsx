// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { createClient, type Room } from "matrix-js-sdk";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { startLanguage } from "../../shell/i18n";
import type { Group } from "./group";
import { RenameSheet } from "./RenameSheet";

beforeAll(startLanguage);
afterEach(cleanup);

const GROUP = { name: "Tea", topic: "Every day", can: { name: true, topic: true } } as Group;

/** Write something into a field while somebody else makes the group another one. Returns what the server is told. */
async function rename(field: string, words: string, other: Partial<Group>): Promise<unknown[]> {
  const told: unknown[] = [];
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: "@ann:here.org" });
  const say = (what: string) => vi.fn(async (_: string, said?: string) => told.push([what, said]));
  Object.assign(client, { setRoomName: say("name"), setRoomTopic: say("topic") });
  const sheet = (group: Group) => (
    <ClientContext value={client}>
      <RenameSheet room={{ roomId: "!tea" } as Room} group={group} onClose={() => undefined} />
    </ClientContext>
  );
  const { rerender } = render(sheet(GROUP));
  rerender(sheet({ ...GROUP, ...other }));
  const box = screen.getByRole("textbox", { name: field });
  await act(async () => fireEvent.change(box, { target: { value: words } }));
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "contacts.save" })));
  return told;
}

it.each([
  ["purpose", "groups.topic", "On Sundays", { name: "Coffee" }, ["topic", "On Sundays"]],
  ["name", "groups.name", "Cake", { topic: "At noon" }, ["name", "Cake"]],
])(
  "says a new %s, and undoes nothing that somebody else has changed meanwhile",
  async (_, field, words, other, said) => {
    expect(await rename(field, words, other)).toEqual([said]);
  },
);
