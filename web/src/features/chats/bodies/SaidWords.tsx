import { type ComponentType, lazy, Suspense } from "react";
import { coveredIn, htmlIn } from "../../../model/formatted";
import { textOf } from "../../../model/said";
import type { Content } from "../../../model/timeline";
import { Words } from "./Words";

interface FormattedProps {
  html: string;
  /** The text with its covers, for as long as they cannot be taken off. */
  covered: string;
  mentions: unknown;
}

// The cleaner is fetched with the first message that needs it; until then, and without it, the plain text is there.
const FormattedWords = lazy(async (): Promise<{ default: ComponentType<FormattedProps> }> => {
  try {
    return { default: (await import("../formatted/FormattedWords")).FormattedWords };
  } catch {
    return { default: ({ covered, mentions }) => <Words text={covered} mentions={mentions} /> };
  }
});

/** The words of a message, formatted if its writer did so. */
export function SaidWords({ content }: { content: Content }) {
  const html = htmlIn(content);
  const covered = coveredIn(content, textOf(content));
  const mentions = content["m.mentions"];
  const plain = <Words text={covered} mentions={mentions} />;
  if (html === null) return plain;
  return (
    <Suspense fallback={plain}>
      <FormattedWords html={html} covered={covered} mentions={mentions} />
    </Suspense>
  );
}
