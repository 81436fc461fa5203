/** The one way to ask our own server over HTTP, outside of the Matrix SDK. */

/** What the server said in place of an answer. `code` is stable; the words are for people. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly body: Record<string, unknown>,
  ) {
    super(message);
  }
}

/** There was no answer at all. */
export class Unreachable extends Error {}

export type Asker = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

/** Return a function that asks with an access token, or without one. */
export function asker(token?: string): Asker {
  return async (method, path, body) => {
    const headers: Record<string, string> = {};
    if (token !== undefined) headers["Authorization"] = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let answer: Response;
    try {
      answer = await fetch(path, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
      });
    } catch (error) {
      throw new Unreachable("The server cannot be reached.", { cause: error });
    }
    const told = await json(answer);
    if (answer.ok) return told;
    throw new Refused(answer.status, text(told["errcode"]), text(told["error"]), told);
  };
}

async function json(answer: Response): Promise<Record<string, unknown>> {
  const body: unknown = await answer.json().catch(() => null);
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
