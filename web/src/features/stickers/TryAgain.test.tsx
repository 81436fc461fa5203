// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { StickerImage } from "./StickerImage";
import { TryAgain } from "./TryAgain";

class Seen {
  constructor(private readonly told: (entries: { isIntersecting: boolean }[]) => void) {}
  observe(): void {
    this.told([{ isIntersecting: true }]);
  }
  disconnect(): void {}
}

afterEach(cleanup);

it("fetches once more the stickers whose pictures did not come, and no others", async () => {
  vi.stubGlobal("IntersectionObserver", Seen);
  vi.stubGlobal("devicePixelRatio", 1);
  URL.createObjectURL = () => "blob:1";
  const failing = new Set(["one", "two"]);
  const asked: string[] = [];
  const fetchIt = vi.fn<typeof fetch>(async (url) => {
    const name = String(url).split("/").at(-1) ?? "";
    asked.push(name);
    return failing.has(name) ? new Response("{}", { status: 502 }) : new Response("picture");
  });
  vi.stubGlobal("fetch", fetchIt);
  const client = {
    mxcUrlToHttp: (mxc: string) => mxc.replace("mxc:", "https:"),
    getAccessToken: () => "secret",
  } as unknown as MatrixClient;
  render(
    <ClientContext value={client}>
      <TryAgain>
        {["one", "two", "three"].map((name) => (
          <StickerImage key={name} url={`mxc://courtyard.test/${name}`} size={64} />
        ))}
      </TryAgain>
    </ClientContext>,
  );
  const pictures = () => document.querySelectorAll("img").length;
  const again = await screen.findByRole("button");
  await waitFor(() => expect([pictures(), document.querySelectorAll(".gone").length]).toEqual([1, 2]));

  failing.delete("one");
  asked.length = 0;
  again.focus();
  fireEvent.click(again);
  await waitFor(() => expect(pictures()).toBe(2));
  expect(asked.sort()).toEqual(["one", "two"]);
  expect(document.activeElement).toBe(again);

  failing.clear();
  await act(async () => fireEvent.click(again));
  await waitFor(() => expect(pictures()).toBe(3));
  expect(screen.queryByRole("button")).toBeNull();
});
