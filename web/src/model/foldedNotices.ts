/** Many who come or go one after the other, in one line. Pure. */
import type { Row } from "./rows";
import type { Fact, Timeline } from "./timeline";

/** What several did, one after the other. */
export type Movement = "joined" | "invited" | "left";

/** Fewer have a line each: it says their names. */
const RUN_MIN = 3;

/** Put notices together that follow each other and say the same of different people. */
export function folded(rows: readonly Row[], timeline: Timeline): Row[] {
  const found: Row[] = [];
  let run: Row[] = [];
  let runIs = "";

  function end(): void {
    const first = run[0];
    if (first === undefined || run.length < RUN_MIN) found.push(...run);
    else {
      const ids = run.flatMap((row) => (row.kind === "notice" ? [row.id] : []));
      found.push({ kind: "notices", key: `run ${first.key}`, ids, what: runIs.split(" ")[0] as Movement });
    }
    run = [];
    runIs = "";
  }

  for (const row of rows) {
    const fact = row.kind === "notice" ? timeline.facts.get(row.id) : undefined;
    const movement = fact === undefined ? null : movementOf(fact);
    // Who invites is named in the line; who comes or goes does so by themselves.
    const is = movement === "invited" ? `invited ${fact?.sender}` : (movement ?? "");
    if (is !== runIs || is === "") end();
    if (is === "") found.push(row);
    else run.push(row);
    runIs = is;
  }
  end();
  return found;
}

function movementOf(fact: Fact): Movement | null {
  if (fact.type !== "m.room.member") return null;
  const [now, before] = [fact.content["membership"], fact.before?.["membership"]];
  if (now === "join") return "joined";
  if (now === "invite") return "invited";
  return now === "leave" && before === "join" && fact.sender === fact.stateKey ? "left" : null;
}
