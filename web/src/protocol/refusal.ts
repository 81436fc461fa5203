/** A refusal by a decision: what exactly is refused, by which decision, until when. docs/manual/gate.md */
import { fieldsOf } from "../model/fields";

export interface Refusal {
  readonly capability: string;
  readonly decision: string;
  readonly rule: string;
  /** Unix milliseconds. */
  readonly endsAt: number;
  readonly appealUntil: number;
}

/** Say whether the server itself said no: it says so again, however often it is asked. What stands before it may answer for a server that is
 *  just starting, or while too much is asked.
 */
export function isFinal(error: unknown): boolean {
  const status = Number(fieldsOf(error)["httpStatus"]);
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** Return the refusal that an error is, whoever threw it: the Matrix SDK (`data`) or our own asker (`body`). Null: it is none. */
export function refusalOf(error: unknown): Refusal | null {
  if (typeof error !== "object" || error === null) return null;
  const { data, body } = error as { data?: unknown; body?: unknown };
  return refusalIn(data) ?? refusalIn(body);
}

/** Return the refusal that the body of an answer tells of. */
function refusalIn(body: unknown): Refusal | null {
  if (typeof body !== "object" || body === null) return null;
  const told = body as Record<string, unknown>;
  const capability = told["org.courtyard.capability"];
  const decision = told["org.courtyard.decision"];
  if (typeof capability !== "string" || typeof decision !== "string") return null;
  return {
    capability,
    decision,
    rule: String(told["org.courtyard.rule"] ?? ""),
    endsAt: Number(told["org.courtyard.ends_at"] ?? 0),
    appealUntil: Number(told["org.courtyard.appeal_until"] ?? 0),
  };
}

/** Return a `fetch` that says of each refused write what was refused, and changes nothing else. */
export function noticing(fetchIt: typeof fetch, onRefusal: (refusal: Refusal) => void): typeof fetch {
  return async (input, init) => {
    const answer = await fetchIt(input, init);
    if (answer.status === 403 && (init?.method ?? "GET") !== "GET") {
      const refusal = refusalIn(
        await answer
          .clone()
          .json()
          .catch(() => null),
      );
      if (refusal !== null) onRefusal(refusal);
    }
    return answer;
  };
}
