// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { createClient } from "matrix-js-sdk";
import { useState } from "react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { startLanguage } from "../../shell/i18n";
import { PickPeople } from "./PickPeople";

beforeAll(startLanguage);
afterEach(cleanup);

const THERE = new Set(["@ann:here.org", "@bob:here.org"]);
const [onPicked, getProfileInfo] = [vi.fn(), vi.fn(async () => ({}))];

function Picking() {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  onPicked([...picked]);
  return <PickPeople picked={picked} onPicked={setPicked} without={THERE} />;
}

async function add(name: string): Promise<string | null> {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: "@ann:here.org" });
  Object.assign(client, { getProfileInfo });
  render(
    <ClientContext value={client}>
      <Picking />
    </ClientContext>,
  );
  await act(async () => fireEvent.change(screen.getByRole("searchbox"), { target: { value: name } }));
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "groups.pick_named" })));
  return screen.queryByRole("alert")?.textContent ?? null;
}

it("takes whoever is named in full", async () => {
  expect(await add("eve")).toBeNull();
  expect(onPicked).toHaveBeenLastCalledWith(["@eve:here.org"]);
  expect(screen.getByRole("row").getAttribute("aria-selected")).toBe("true");
});

it.each([
  ["who is there already, or is kept out", "Bob", "groups.pick_there"],
  ["oneself", "@ann:here.org", "groups.pick_self"],
])("takes nobody %s, and says so", async (_, name, words) => {
  getProfileInfo.mockClear();
  expect(await add(name)).toBe(words);
  expect(onPicked).toHaveBeenLastCalledWith([]);
  expect(getProfileInfo).not.toHaveBeenCalled();
});
