import { Link } from "wouter";
import { pageOf, type Target } from "../../../model/link";
import { Pill } from "./Pill";

/** A person or a group that a message links to: both are within the app. A person has always the name that they have here. */
export function TargetLink({ target, words }: { target: Target; words: string }) {
  if (target.kind === "person") return <Pill userId={target.userId} />;
  return <Link href={pageOf(target)}>{words.trim() === "" ? target.roomId : words}</Link>;
}
