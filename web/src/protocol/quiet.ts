/** What the Matrix SDK has to say: its warnings. All else, a line for each request and each step of a key, costs a phone more than it tells. */
import { type Logger, logger } from "matrix-js-sdk/lib/logger";

const nothing = (): void => undefined;

/** Return a logger that writes warnings and errors where the SDK's own does. */
export function quietLogger(name = ""): Logger {
  const words = (said: unknown[]) => (name === "" ? said : [`${name}:`, ...said]);
  return {
    trace: nothing,
    debug: nothing,
    info: nothing,
    warn: (...said: unknown[]) => logger.warn(...words(said)),
    error: (...said: unknown[]) => logger.error(...words(said)),
    getChild: (child) => quietLogger(name + child),
  };
}
