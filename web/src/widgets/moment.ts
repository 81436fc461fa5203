/** What takes no longer is neither seen nor heard to be waited for: it would flicker. */
export const MOMENT_MS = 300;
