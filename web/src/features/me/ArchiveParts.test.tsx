// @vitest-environment jsdom
import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { ArchiveParts } from "./ArchiveParts";

const coming = Promise.withResolvers<Blob>();
vi.mock("../../protocol/archive", () => ({ fetchPart: () => coming.promise }));
vi.mock("../../shell/saveFile", () => ({ saveFile: () => undefined }));

// A busy machine is slow.
configure({ asyncUtilTimeout: 4_000 });
afterEach(cleanup);

it("keeps the focus on the file that is being fetched, and shows there that it waits", async () => {
  const onFetched = vi.fn();
  const part = { n: 1, path: "/1", size_bytes: 2, downloaded: false };
  render(
    <ClientContext value={{ getAccessToken: () => "secret" } as unknown as MatrixClient}>
      <ArchiveParts parts={[part]} onFetched={onFetched} />
    </ClientContext>,
  );
  const button = screen.getByRole("button");
  act(() => button.focus());
  await act(async () => fireEvent.click(button));
  await screen.findByRole("progressbar");
  expect(button.hasAttribute("disabled")).toBe(false);
  expect(document.activeElement).toBe(button);
  await act(async () => coming.resolve(new Blob()));
  expect(screen.queryByRole("progressbar")).toBeNull();
  expect(onFetched).toHaveBeenCalledOnce();
});
