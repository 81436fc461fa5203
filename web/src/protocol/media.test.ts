import fc from "fast-check";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, expect, test, vi } from "vitest";
import { encryptedFileOf, seal, Tampered, unseal } from "./attachment";
import { fetchMedia, fieldsFor, safeType, send, sourceOf, TooLarge } from "./media";

const URL_OF_IT = "mxc://here.test/abc_-1";

async function sealedFile(text: string) {
  const { sealed, file } = await seal(new TextEncoder().encode(text));
  return { sealed, file: { url: URL_OF_IT, ...file } };
}

afterEach(() => vi.unstubAllGlobals());

test("what was sealed is opened with its file, and with no other", async () => {
  const mine = await sealedFile("a picture");
  const other = await sealedFile("another");
  expect(new TextDecoder().decode(mine.sealed)).not.toBe("a picture");
  expect(new TextDecoder().decode(await unseal(mine.sealed, mine.file))).toBe("a picture");
  await expect(unseal(mine.sealed, other.file)).rejects.toThrow(Tampered);
});

test("a sealed file that was changed on its way is not opened", async () => {
  const { sealed, file } = await sealedFile("a picture");
  sealed[0] = (sealed[0] ?? 0) ^ 1;
  await expect(unseal(sealed, file)).rejects.toThrow(Tampered);
});

test("the counter leaves its last eight bytes to the blocks", async () => {
  const { file } = await sealedFile("");
  expect(atob(file.iv).slice(8)).toBe("\0".repeat(8));
  expect(file.iv).not.toContain("=");
  expect(file.key.k).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test("where a file is goes into an event and comes out again", async () => {
  const { file } = await sealedFile("x");
  for (const source of [{ file }, { url: URL_OF_IT }]) {
    expect(sourceOf(fieldsFor(source))).toEqual(source);
    expect(sourceOf({ info: fieldsFor(source, "thumbnail") }, "thumbnail")).toEqual(source);
    expect(sourceOf(fieldsFor(source), "thumbnail")).toBeNull();
  }
});

test("an address that is none is no source", () => {
  for (const url of ["javascript:alert(1)", "https://x.test/a", "mxc://a", "mxc://a/../b", "mxc://a/b?c", 7])
    expect(sourceOf({ url })).toBeNull();
});

test("a sealed file that is not whole is no source, and its plain address is not taken in its place", async () => {
  const { file } = await sealedFile("x");
  for (const part of [
    { v: "v1" },
    { iv: "AAAA" },
    { hashes: {} },
    { key: { ...file.key, k: "short" } },
    { url: 3 },
  ])
    expect(sourceOf({ file: { ...file, ...part }, url: URL_OF_IT })).toBeNull();
});

test("nothing that anybody writes makes it throw", () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (file, info) => {
      sourceOf({ file, url: file, info });
      sourceOf({ info: { thumbnail_file: file, thumbnail_url: info } }, "thumbnail");
      encryptedFileOf(file);
    }),
  );
});

test("pages and drawings with scripts are bytes to save", () => {
  for (const type of ["text/html", "image/svg+xml", "application/xhtml+xml", "", "IMAGE/SVG+XML; a=b"])
    expect(safeType(type)).toBe("application/octet-stream");
  expect(safeType("Image/JPEG; q=1")).toBe("image/jpeg");
});

function clientOf(uploaded: { body?: Blob; options?: Record<string, unknown> }): MatrixClient {
  const client = {
    getAccessToken: () => "token",
    mxcUrlToHttp: (mxc: string, width?: number) => (width ? `/small/${mxc}` : `/whole/${mxc}`),
    uploadContent: async (body: Blob, options: Record<string, unknown>) => {
      Object.assign(uploaded, { body, options });
      return { content_uri: URL_OF_IT };
    },
  };
  return client as unknown as MatrixClient;
}

test("a file goes sealed through the server and comes back as it was", async () => {
  const uploaded: { body?: Blob; options?: Record<string, unknown> } = {};
  const client = clientOf(uploaded);
  const source = await send(client, new Blob(["a picture"], { type: "image/png" }), {
    encrypted: true,
    name: "secret.png",
  });
  expect(uploaded.options?.["name"]).toBeUndefined();
  expect(uploaded.options?.["type"]).toBe("application/octet-stream");
  expect(await uploaded.body?.text()).not.toBe("a picture");

  const asked: { address: string; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", async (address: string, init: RequestInit) => {
    asked.push({ address, init });
    return new Response(uploaded.body ?? null);
  });
  const thumbnail = { width: 10, height: 10 };
  const got = await fetchMedia(client, source, { type: "image/png", thumbnail });
  expect(await got.text()).toBe("a picture");
  expect(got.type).toBe("image/png");
  // The server cannot make a sealed picture small.
  expect(asked[0]?.address).toBe(`/whole/${URL_OF_IT}`);
  expect(asked[0]?.init.headers).toEqual({ Authorization: "Bearer token" });
});

test("a plain page is fetched as bytes, whatever it calls itself", async () => {
  const client = clientOf({});
  const page = () => new Response("<script>", { headers: { "Content-Type": "text/html" } });
  vi.stubGlobal("fetch", async () => page());
  expect((await fetchMedia(client, { url: URL_OF_IT })).type).toBe("application/octet-stream");
  expect((await fetchMedia(client, { url: URL_OF_IT }, { type: "text/html" })).type).toBe(
    "application/octet-stream",
  );
});

test("what is not there says so with its code", async () => {
  vi.stubGlobal("fetch", async () => Response.json({ errcode: "M_NOT_FOUND" }, { status: 404 }));
  await expect(fetchMedia(clientOf({}), { url: URL_OF_IT })).rejects.toMatchObject({ code: "M_NOT_FOUND" });
});

test("no more is taken than was to be, whatever anybody says of its size", async () => {
  const source = { url: URL_OF_IT };
  const cancelled = vi.fn();
  const endless = () =>
    new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(new Uint8Array(400)), cancel: cancelled });
  vi.stubGlobal("fetch", async () => new Response(endless()));
  await expect(fetchMedia(clientOf({}), source, { most: 1_000 })).rejects.toThrow(TooLarge);
  expect(cancelled).toHaveBeenCalledOnce();
  vi.stubGlobal("fetch", async () => new Response(endless(), { headers: { "Content-Length": "1001" } }));
  await expect(fetchMedia(clientOf({}), source, { most: 1_000 })).rejects.toThrow(TooLarge);
  expect(cancelled).toHaveBeenCalledTimes(2);
  vi.stubGlobal("fetch", async () => new Response("x".repeat(1_000)));
  expect((await fetchMedia(clientOf({}), source, { most: 1_000 })).size).toBe(1_000);
});
