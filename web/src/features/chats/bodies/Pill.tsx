import { Link } from "wouter";
import { EVERYBODY } from "../../../model/mentions";
import { useTalk } from "../talk";

interface PillProps {
  userId: string;
  /** How everybody at once is called. */
  written?: string;
}

/** The name of somebody who is spoken to: leads to who they are. It is always the name that they have here, whatever the message calls them.
 *
 *  Who is meant by it themselves, alone or with all others, sees that at once.
 */
export function Pill({ userId, written }: PillProps) {
  const { me, nameOf } = useTalk();
  if (userId === EVERYBODY) return <span className="mention me">{written}</span>;
  return (
    <Link
      className={userId === me ? "mention me" : "mention"}
      href={`/contacts/${encodeURIComponent(userId)}`}
    >
      @{nameOf(userId)}
    </Link>
  );
}
