import { Link } from "wouter";
import type { Target } from "../../../model/link";
import { Pill } from "./Pill";

/** A person or a group that a message links to: both are within the app. A person has always the name that they have here. */
export function TargetLink({ target, words }: { target: Target; words: string }) {
  if (target.kind === "person") return <Pill userId={target.userId} />;
  // An id alone says nothing of where a group is.
  const via = target.via.map((server) => `via=${encodeURIComponent(server)}`).join("&");
  return (
    <Link href={`/contacts/join/${encodeURIComponent(target.roomId)}${via && `?${via}`}`}>
      {words.trim() === "" ? target.roomId : words}
    </Link>
  );
}
