import type { Content } from "../../model/timeline";
import { SaidWords } from "../chats/bodies/SaidWords";

/** What was said about a picture or a file, under it. */
export function Caption({ text, content }: { text: string; content: Content }) {
  if (text === "") return null;
  return (
    <span className="caption">
      <SaidWords content={{ ...content, body: text }} />
    </span>
  );
}
