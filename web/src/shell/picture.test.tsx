// @vitest-environment jsdom
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ClientContext } from "./client";
import { usePicture } from "./picture";

const fetchIt = vi.fn<typeof fetch>();
let made = 0;

beforeEach(() => {
  fetchIt.mockReset();
  fetchIt.mockImplementation(async () => new Response("picture"));
  vi.stubGlobal("fetch", fetchIt);
  vi.stubGlobal("devicePixelRatio", 1);
  URL.createObjectURL = () => {
    made += 1;
    return `blob:${made}`;
  };
  URL.revokeObjectURL = vi.fn();
});
afterEach(cleanup);

function aClient(): MatrixClient {
  return {
    mxcUrlToHttp: () => "https://courtyard.test/picture",
    getAccessToken: () => "secret",
  } as unknown as MatrixClient;
}

function picture(client: MatrixClient, mxc: unknown = "mxc://courtyard.test/one") {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ClientContext value={client}>{children}</ClientContext>
  );
  return renderHook(() => usePicture(mxc as string), { wrapper });
}

it("fetches again what could not be had, when there is a network", async () => {
  const client = aClient();
  fetchIt.mockRejectedValueOnce(new TypeError("no network"));
  const { result } = picture(client);
  await waitFor(() => expect(fetchIt).toHaveBeenCalledOnce());
  await act(async () => undefined);
  expect(result.current).toBeNull();
  act(() => {
    window.dispatchEvent(new Event("online"));
  });
  await waitFor(() => expect(result.current).toMatch(/^blob:/));
  // And once for all who show it.
  const { result: another } = picture(client);
  await waitFor(() => expect(another.current).toBe(result.current));
  expect(fetchIt).toHaveBeenCalledTimes(2);
});

it("fetches anew for another account", async () => {
  const { result: first, unmount } = picture(aClient());
  await waitFor(() => expect(first.current).not.toBeNull());
  const before = first.current;
  unmount();
  const { result: second } = picture(aClient());
  await waitFor(() => expect(second.current).not.toBeNull());
  expect(second.current).not.toBe(before);
  expect(URL.revokeObjectURL).toHaveBeenCalledWith(before);
});

it("takes nothing for an address that is none, whatever stands in a profile", async () => {
  const client = aClient();
  for (const mxc of [{ toString: 1 }, 5, ["mxc://courtyard.test/one"]]) {
    expect(picture(client, mxc).result.current).toBeNull();
  }
  await act(async () => undefined);
  expect(fetchIt).not.toHaveBeenCalled();
});
