import { type MouseEvent, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { focusOn, landOnTitle } from "../widgets/landing";

let before: string | null = null;

/** After a page that one came to from another one: its title has the focus, and is read out. */
export function Arrival({ at }: { at: string }) {
  useEffect(() => {
    const isFirst = before === null;
    before = at;
    // The first page begins at its top, as every document does.
    if (isFirst) return;
    // What takes the focus by itself goes first.
    const frame = requestAnimationFrame(landOnTitle);
    return () => cancelAnimationFrame(frame);
  }, [at]);
  return null;
}

const CONVERSATION = /^\/chats\/[^/]+(\/(at|thread)\/[^/]+)?$/;

/** The first thing that Tab comes to: past the bar, to what the page is about. */
export function SkipLink({ at }: { at: string }) {
  const { t } = useTranslation();

  function skip(event: MouseEvent): void {
    event.preventDefault();
    // In a conversation the message that the arrow keys begin at; what scrolls by itself has a place for the focus already.
    const message = document.querySelector<HTMLElement>('main [role="article"][tabindex="0"]');
    focusOn(message ?? document.querySelector("main"));
  }

  return (
    // biome-ignore lint/a11y/useValidAnchor: it leads to a place on this page, whose address is the router's
    <a className="skip" href="#content" onClick={skip}>
      {t(CONVERSATION.test(at) ? "app.skip_to_conversation" : "app.skip")}
    </a>
  );
}
