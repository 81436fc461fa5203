import { expect, test, vi } from "vitest";
import { Shelf } from "./shelf";

function newShelf(limits = { idle: 2, bytes: 100 }) {
  const revoked: string[] = [];
  let made = 0;
  const shelf = new Shelf(
    limits,
    () => `blob:${++made}`,
    (url) => revoked.push(url),
  );
  return { shelf, revoked };
}

const blobOf = (size = 1) => new Blob(["x".repeat(size)]);
const settled = () => new Promise((resolve) => setTimeout(resolve));

test("two who show the same fetch it once, and it stays while one of them does", async () => {
  const { shelf, revoked } = newShelf({ idle: 0, bytes: 0 });
  const load = vi.fn(async () => blobOf());
  const told = vi.fn();
  const first = shelf.use("a", load, told);
  const second = shelf.use("a", load, () => undefined);
  await settled();
  expect(load).toHaveBeenCalledOnce();
  expect(told).toHaveBeenCalled();
  expect(shelf.look("a")).toEqual({ url: "blob:1", state: "ready" });
  first();
  expect(revoked).toEqual([]);
  second();
  expect(revoked).toEqual(["blob:1"]);
  expect(shelf.look("a").state).toBe("waiting");
});

test("of what nobody shows the newest are kept, and come back without being fetched", async () => {
  const { shelf, revoked } = newShelf();
  for (const key of ["a", "b", "c"]) {
    const done = shelf.use(
      key,
      async () => blobOf(),
      () => undefined,
    );
    await settled();
    done();
  }
  expect(revoked).toEqual(["blob:1"]);
  const load = vi.fn(async () => blobOf());
  shelf.use("c", load, () => undefined);
  expect(load).not.toHaveBeenCalled();
  shelf.clear();
  expect(revoked).toEqual(["blob:1", "blob:2"]);
});

test("what is too large to be kept goes when it is left", async () => {
  const { shelf, revoked } = newShelf();
  const done = shelf.use(
    "a",
    async () => blobOf(101),
    () => undefined,
  );
  await settled();
  done();
  expect(revoked).toEqual(["blob:1"]);
});

test("leaving what is half fetched stops it, and the next begins anew", async () => {
  const { shelf, revoked } = newShelf();
  const signals: AbortSignal[] = [];
  const load = async (signal: AbortSignal) => {
    signals.push(signal);
    return blobOf();
  };
  shelf.use("a", load, () => undefined)();
  shelf.use("a", load, () => undefined);
  await settled();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  expect(shelf.look("a").url).toBe("blob:1");
  expect(revoked).toEqual([]);
});

test.each(["asked", "back"])("what failed is fetched again when %s", async (why) => {
  const { shelf } = newShelf();
  let isBroken = true;
  const other = vi.fn(async () => blobOf());
  shelf.use("b", other, () => undefined);
  shelf.use(
    "a",
    async () => {
      if (isBroken) throw new Error("no connection");
      return blobOf();
    },
    () => undefined,
  );
  await settled();
  expect(shelf.look("a")).toMatchObject({ state: "failed", error: new Error("no connection") });
  isBroken = false;
  if (why === "asked") shelf.retry("a");
  else {
    shelf.retryFailed(() => false);
    expect(shelf.look("a").state).toBe("failed");
    shelf.retryFailed((error) => error instanceof Error);
  }
  expect(shelf.look("a").state).toBe("waiting");
  await settled();
  expect(shelf.look("a").state).toBe("ready");
  expect(other).toHaveBeenCalledOnce();
});

test("what is kept needs no fetching, and goes like the rest", async () => {
  const { shelf, revoked } = newShelf({ idle: 1, bytes: 100 });
  shelf.keep("a", blobOf());
  const load = vi.fn(async () => blobOf());
  shelf.use("a", load, () => undefined)();
  expect(load).not.toHaveBeenCalled();
  shelf.keep("b", blobOf());
  expect(revoked).toEqual(["blob:1"]);
});
