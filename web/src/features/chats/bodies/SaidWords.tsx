import { type ComponentType, lazy, Suspense } from "react";
import { htmlIn } from "../../../model/formatted";
import { textOf } from "../../../model/said";
import type { Content } from "../../../model/timeline";
import { Words } from "./Words";

// The cleaner is fetched with the first message that needs it; until then, and without it, the plain text is there.
const FormattedWords = lazy(
  async (): Promise<{ default: ComponentType<{ html: string; text: string; mentions: unknown }> }> => {
    try {
      return { default: (await import("../formatted/FormattedWords")).FormattedWords };
    } catch {
      return { default: Words };
    }
  },
);

/** The words of a message, formatted if its writer did so. */
export function SaidWords({ content }: { content: Content }) {
  const html = htmlIn(content);
  const plain = <Words text={textOf(content)} mentions={content["m.mentions"]} />;
  if (html === null) return plain;
  return (
    <Suspense fallback={plain}>
      <FormattedWords html={html} text={textOf(content)} mentions={content["m.mentions"]} />
    </Suspense>
  );
}
