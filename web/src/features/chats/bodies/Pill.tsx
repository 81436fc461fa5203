import { Link } from "wouter";
import { useTalk } from "../talk";

/** The name of somebody who is spoken to: leads to who they are. It is always the name that they have here, whatever the message calls them. */
export function Pill({ userId }: { userId: string }) {
  const { nameOf } = useTalk();
  return (
    <Link className="mention" href={`/contacts/${encodeURIComponent(userId)}`}>
      @{nameOf(userId)}
    </Link>
  );
}
