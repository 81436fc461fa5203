import { Words } from "../chats/bodies/Words";

/** What was said about a picture or a file, under it. */
export function Caption({ text, mentions }: { text: string; mentions: unknown }) {
  if (text === "") return null;
  return (
    <span className="caption">
      <Words text={text} mentions={mentions} />
    </span>
  );
}
