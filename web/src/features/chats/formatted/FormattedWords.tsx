import "./formatted.css";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Formatted, type FormattedElement, leadsTo, wordsOf } from "../../../model/formatted";
import { targetOf } from "../../../model/link";
import { TargetLink } from "../bodies/TargetLink";
import { Words } from "../bodies/Words";
import { CodeBlock } from "./CodeBlock";
import { Covered } from "./Covered";
import { treeOf } from "./clean";

interface FormattedWordsProps {
  html: string;
  /** The text with its covers, for what is too much to be drawn. */
  covered: string;
  mentions: unknown;
}

/** What somebody wrote with more than plain text: drawn from what is left of it after cleaning. */
export function FormattedWords({ html, covered, mentions }: FormattedWordsProps) {
  const tree = useMemo(() => treeOf(html), [html]);
  if (tree === null) return <Words text={covered} mentions={mentions} />;
  return (
    <div className="formatted">
      <Parts parts={tree} mentions={mentions} />
    </div>
  );
}

interface PartsProps {
  parts: readonly Formatted[];
  mentions: unknown;
}

function Parts({ parts, mentions }: PartsProps) {
  return parts.map((part, index) =>
    typeof part === "string" ? (
      <Words key={index} text={part} mentions={mentions} />
    ) : (
      <Part key={index} part={part} mentions={mentions} />
    ),
  );
}

/** Between the rows of a table there is no place for words. */
const NO_WORDS = new Set(["table", "thead", "tbody", "tr", "ul", "ol"]);

function Part({ part, mentions }: { part: FormattedElement; mentions: unknown }) {
  const { t } = useTranslation();
  const { tag: Tag, children } = part;
  if (Tag === "br" || Tag === "hr") return <Tag />;
  if (Tag === "a") return <Anchor part={part} />;
  if (Tag === "pre") return <CodeBlock code={wordsOf(children)} />;
  if (Tag === "code") return <code>{wordsOf(children)}</code>;
  const kept = NO_WORDS.has(Tag) ? children.filter((one) => typeof one !== "string") : children;
  const inside = <Parts parts={kept} mentions={mentions} />;
  if (Tag === "table") {
    return (
      // A table wider than the message is looked at by scrolling, by keyboard too.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      <section className="wide" tabIndex={0} aria-label={t("formatted.table")}>
        <table>{inside}</table>
      </section>
    );
  }
  if (part.covered !== undefined) return <Covered why={part.covered}>{inside}</Covered>;
  if (Tag === "ol") return <ol start={part.start}>{inside}</ol>;
  // The page has headings of its own, which a message must not mix with.
  if (/^h\d$/.test(Tag)) return <p className={`heading ${Tag}`}>{inside}</p>;
  return <Tag>{inside}</Tag>;
}

/** A link says where it leads, whatever its words say. People and groups are within the app. */
function Anchor({ part }: { part: FormattedElement }) {
  const words = wordsOf(part.children);
  const href = part.href ?? "";
  const target = targetOf(href, location.origin);
  if (target !== null) return <TargetLink target={target} words={words} />;
  const place = leadsTo(words, href);
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {words.trim() === "" ? href : words}
      {place !== null && words.trim() !== "" && <small> ({place})</small>}
    </a>
  );
}
