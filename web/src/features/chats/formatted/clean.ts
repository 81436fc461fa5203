/** The HTML of a message, cleaned and taken apart. */
import DOMPurify from "dompurify";
import { type Formatted, LET_THROUGH, type Source, toTree } from "../../../model/formatted";

/** Return what is shown of the HTML, or null when the plain text has to do. */
export function treeOf(html: string): readonly Formatted[] | null {
  const clean = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: [...LET_THROUGH.tags],
    ALLOWED_ATTR: [...LET_THROUGH.attributes],
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:https?|mailto|matrix):/i,
    // The others are no addresses: they are not held against the pattern of one.
    ADD_URI_SAFE_ATTR: LET_THROUGH.attributes.filter((name) => name !== "href"),
    RETURN_DOM_FRAGMENT: true,
  });
  return toTree(sourcesIn(clean));
}

function* sourcesIn(parent: Node): Iterable<Source> {
  for (const node of parent.childNodes) {
    if (node instanceof Element) {
      yield {
        tag: node.localName,
        text: "",
        get: (name) => node.getAttribute(name),
        children: () => sourcesIn(node),
      };
    } else if (node.nodeType === Node.TEXT_NODE) {
      yield { tag: "", text: node.nodeValue ?? "", get: () => null, children: () => [] };
    }
  }
}
