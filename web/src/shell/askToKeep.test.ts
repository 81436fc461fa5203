// @vitest-environment jsdom
import { beforeEach, expect, it, vi } from "vitest";
import { askToKeep } from "./askToKeep";

const quiet: (() => void)[] = [];
const persist = vi.fn(async () => false);

beforeEach(() => {
  localStorage.clear();
  persist.mockClear();
  quiet.length = 0;
  vi.stubGlobal("requestIdleCallback", (act: () => void) => quiet.push(act));
});

function storage(isKept: boolean): void {
  Object.assign(navigator, { storage: { persisted: async () => isKept, persist } });
}

/** Let the browser have nothing to do. */
async function idle(): Promise<void> {
  for (const act of quiet.splice(0)) act();
  await new Promise((resolve) => setTimeout(resolve));
}

it("asks the browser once, when it has nothing to do", async () => {
  storage(false);
  askToKeep();
  await new Promise((resolve) => setTimeout(resolve));
  expect(persist).not.toHaveBeenCalled();
  await idle();
  expect(persist).toHaveBeenCalledOnce();
  // The next start.
  askToKeep();
  await idle();
  expect(persist).toHaveBeenCalledOnce();
});

it("asks for nothing that is promised already", async () => {
  storage(true);
  askToKeep();
  await idle();
  expect(persist).not.toHaveBeenCalled();
});

it.each([undefined, {}])("leaves a browser in peace that cannot promise it", async (none) => {
  Object.assign(navigator, { storage: none });
  askToKeep();
  await idle();
  expect(localStorage).toHaveLength(0);
});
