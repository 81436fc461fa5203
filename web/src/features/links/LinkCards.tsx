import { useMemo } from "react";
import { previewsOf } from "../../model/preview";
import type { Content } from "../../model/timeline";
import { LinkCard } from "./LinkCard";

/** The cards of the links in a message, as its sender made them: nobody is asked for them by who reads. */
export function LinkCards({ content }: { content: Content }) {
  const previews = useMemo(() => previewsOf(content), [content]);
  return previews.map((preview) => <LinkCard key={preview.href} preview={preview} />);
}
