/** A page's timers end with it, in tests as in browsers: jsdom takes the document away and leaves Node's going. */

import { afterAll } from "vitest";

if (typeof document !== "undefined") {
  const timers = new Set<NodeJS.Timeout>();
  const page: { setTimeout: unknown; setInterval: unknown } = globalThis;
  // Who asks for a timer gets Node's own: those that have gone off are cleared once more at the end, which does nothing.
  for (const name of ["setTimeout", "setInterval"] as const) {
    const start = globalThis[name] as (...given: unknown[]) => NodeJS.Timeout;
    page[name] = (...given: unknown[]) => {
      const timer = start(...given);
      timers.add(timer);
      return timer;
    };
  }
  afterAll(() => {
    for (const timer of timers) clearTimeout(timer);
  });
}
