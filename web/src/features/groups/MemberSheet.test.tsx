// @vitest-environment jsdom
import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { type MatrixClient, MatrixError, type Room } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { changePowers } from "../../protocol/powers";
import { ClientContext } from "../../shell/client";
import { startLanguage } from "../../shell/i18n";
import { GroupMembers } from "./GroupMembers";
import type { Group, GroupMember } from "./group";

vi.mock("../../protocol/powers", () => ({ changePowers: vi.fn() }));
vi.mock("../contacts/PersonPicture", () => ({ PersonPicture: () => null }));

// A busy machine is slow.
configure({ asyncUtilTimeout: 4_000 });
let answer: PromiseWithResolvers<void>;
const kick = vi.fn(() => answer.promise);
const ban = vi.fn(() => answer.promise);

beforeEach(async () => {
  await startLanguage();
  answer = Promise.withResolvers();
  kick.mockClear();
  ban.mockClear();
  vi.mocked(changePowers)
    .mockReset()
    .mockImplementation(() => answer.promise);
});
afterEach(cleanup);

const BOB: GroupMember = {
  ...{ userId: "@bob:here.org", name: "Bob", power: 0, mxc: null, isMe: false },
  ...{ canChange: true, canRemove: true, canKeepOut: true },
};

const press = (name: string | RegExp) =>
  act(async () => fireEvent.click(screen.getByRole("button", { name })));

/** Look at what can be done about Bob. `power`: one's own. */
async function open(power = 100): Promise<void> {
  const me = { ...BOB, userId: "@ann:here.org", name: "Ann", power, isMe: true };
  const group = { members: [me, BOB] } as unknown as Group;
  render(
    <ClientContext value={{ kick, ban } as unknown as MatrixClient}>
      <GroupMembers room={{ roomId: "!tea" } as Room} group={group} />
    </ClientContext>,
  );
  await press(/^Bob/);
}

it.each([
  ["groups.remove", kick],
  ["groups.keep_out", ban],
  ["groups.make_owner", vi.mocked(changePowers)],
])("asks before it does so, and shows that it waits: %s", async (words, deed) => {
  await open();
  await press(words);
  expect(deed).not.toHaveBeenCalled();
  screen.getByRole("alertdialog", { name: `${words}_title` });
  await press(words);
  await screen.findByRole("progressbar");
  expect(deed).toHaveBeenCalledOnce();
  await act(async () => answer.resolve());
  expect(screen.queryByRole("alertdialog")).toBeNull();
});

it("does nothing when one thinks better of it", async () => {
  await open();
  await press("groups.remove");
  await press("me.cancel");
  expect(screen.queryByRole("alertdialog")).toBeNull();
  expect(kick).not.toHaveBeenCalled();
});

it("says why somebody could not be removed, and can be tried again", async () => {
  await open();
  await press("groups.remove");
  await press("groups.remove");
  await act(async () => answer.reject(new MatrixError({ errcode: "M_FORBIDDEN" }, 403)));
  expect((await screen.findByRole("alert")).textContent).toBe("contacts.not_allowed");
  answer = Promise.withResolvers();
  await press("groups.remove");
  expect(kick).toHaveBeenCalledTimes(2);
});

it("shows that another role is on its way", async () => {
  await open();
  await press("groups.make_admin");
  await screen.findByRole("progressbar");
  expect(screen.getByRole("button", { name: "groups.remove" }).hasAttribute("disabled")).toBe(true);
  await act(async () => answer.resolve());
  expect(screen.queryByRole("dialog")).toBeNull();
});

it.each([
  [100, 1],
  [Number.POSITIVE_INFINITY, 0],
])("says that it is for good to those who stand no higher than an owner: %s", async (power, said) => {
  await open(power);
  await press("groups.make_owner");
  expect(screen.queryAllByText("groups.for_good")).toHaveLength(said);
});
