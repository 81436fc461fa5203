import { Plus, SendHorizontal, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Label } from "react-aria-components/Label";
import { TextArea } from "react-aria-components/TextArea";
import { TextField } from "react-aria-components/TextField";
import { useTranslation } from "react-i18next";
import { askedAt, chosen, fitting, namedIn } from "../../model/mentions";
import { carried, withPreviews } from "../../model/preview";
import { type Said, textOf } from "../../model/said";
import type { Named } from "../../model/text";
import { Sheet } from "../../widgets/Sheet";
import { LinkOffer } from "../links/LinkOffer";
import { useLinkOffer } from "../links/useLinkOffer";
import { BESIDE, MORE, type Target, type ToolProps, WHEN_EMPTY } from "./composerTools";
import { lineOf } from "./lines";
import { MentionList, optionId } from "./MentionList";
import { expectSigns } from "./signs";
import { useTalk } from "./talk";
import { useDraft } from "./useDraft";

/** What is being done with the next text: a plain message, an answer, or another wording of an old one. */
export type Doing = { readonly kind: "reply" | "edit"; readonly said: Said } | null;

/** Puts to the content of a message what goes along with its text. */
export type Complete = (content: Record<string, unknown>) => Record<string, unknown>;

const OF_INPUT_METHOD = 229;

interface ComposerProps {
  target: Target;
  /** Who can be meant by "@". */
  people: readonly Named[];
  doing: Doing;
  /** Changes when the text field is to be written in. */
  focusAt: number;
  onStop: () => void;
  onSend: (text: string, mentioned: readonly Named[], complete: Complete) => void;
  /** Whether another wording has been changed, and neither saved nor given up. */
  onHalfWritten: (is: boolean) => void;
  /** The own last message, to be changed by arrow up. */
  onEditLast: () => void;
  onTyping: (isTyping: boolean) => void;
}

/** Something to say: text with names and emoji, and the tools beside it. */
export function Composer(props: ComposerProps) {
  const { target, people, doing, focusAt, onStop, onSend, onHalfWritten, onEditLast, onTyping } = props;
  const { t } = useTranslation();
  const editing = doing?.kind === "edit" ? doing.said : null;
  const { text, write, mentioned, mention } = useDraft(
    target,
    editing === null ? null : edited(editing, people),
  );
  const offered = useLinkOffer(target.roomId, editing === null ? text : "");
  const [cursor, setCursor] = useState(text.length);
  const [place, setPlace] = useState(0);
  const [closedAt, setClosedAt] = useState<number | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const enterSends = hasKeys();

  const asked = askedAt(text, cursor);
  const fit = asked === null || asked.from === closedAt ? [] : fitting(people, asked.query);
  const at = Math.min(place, fit.length - 1);

  useEffect(() => {
    if (focusAt > 0) field.current?.focus();
  }, [focusAt]);

  const isHalfWritten = editing !== null && text.trim() !== textOf(editing.content).trim();
  useEffect(() => {
    onHalfWritten(isHalfWritten);
    return () => onHalfWritten(false);
  }, [isHalfWritten]);

  function change(now: string, nowAt: number): void {
    write(now);
    expectSigns(now);
    setCursor(nowAt);
    setPlace(0);
    // Closed is the list for the name that is being written, until another one is.
    if (askedAt(now, nowAt)?.from !== closedAt) setClosedAt(null);
    onTyping(now.trim() !== "" && editing === null);
  }

  /** Put the cursor where it belongs once the text is there. */
  function putAt(now: string, nowAt: number): void {
    change(now, nowAt);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(nowAt, nowAt);
    });
  }

  function choose(person: Named): void {
    if (asked === null) return;
    mention(person);
    const next = chosen(text, cursor, asked, person.name);
    putAt(next.text, next.cursor);
  }

  function insert(more: string): void {
    putAt(text.slice(0, cursor) + more + text.slice(cursor), cursor + more.length);
  }

  function send(): void {
    const body = text.trim();
    if (body === "") return;
    const previews = editing === null ? offered.take(body) : carried(editing.content, body);
    onSend(body, mentioned(), (content) => withPreviews(content, previews));
    change("", 0);
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    // While Chinese is being composed, every key belongs to the input method: also the one that ends it, which Safari tells of only
    // afterwards, by a number of old.
    if (event.nativeEvent.isComposing || event.keyCode === OF_INPUT_METHOD) return;
    const handled = fit.length > 0 ? onListKey(event.key) : onTextKey(event);
    if (handled) event.preventDefault();
  }

  function onListKey(key: string): boolean {
    if (key === "ArrowDown") setPlace((at + 1) % fit.length);
    else if (key === "ArrowUp") setPlace((at + fit.length - 1) % fit.length);
    else if (key === "Escape") setClosedAt(asked?.from ?? null);
    else if (key === "Enter" || key === "Tab") {
      const person = fit[at];
      if (person !== undefined) choose(person);
    } else return false;
    return true;
  }

  function onTextKey(event: KeyboardEvent): boolean {
    if (event.key === "Enter" && !event.shiftKey && enterSends) send();
    else if (event.key === "Escape" && doing !== null) onStop();
    else if (event.key === "ArrowUp" && text === "" && doing === null) onEditLast();
    else return false;
    return true;
  }

  const tools: ToolProps = {
    target,
    insert,
    onChosen: () => undefined,
    // What is sent beside another wording is no part of it: that is still being written.
    onSent: () => {
      if (doing?.kind === "reply") onStop();
    },
  };
  const hasWords = text.trim() !== "" || editing !== null || WHEN_EMPTY.length === 0;
  return (
    <footer className="composing">
      {doing !== null && <DoingBar doing={doing} onStop={onStop} />}
      <LinkOffer offered={offered} onPressed={() => field.current?.focus()} />
      {fit.length > 0 && <MentionList id={listId} people={fit} at={at} onChoose={choose} />}
      <form
        className="composer"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <MoreTools tools={tools} />
        <TextField
          className="field"
          value={text}
          onChange={(now) => change(now, field.current?.selectionStart ?? now.length)}
        >
          <Label className="sr-only">{t("chats.message")}</Label>
          <TextArea
            ref={field}
            rows={1}
            placeholder={t("chats.message")}
            enterKeyHint={enterSends ? "send" : "enter"}
            onKeyDown={onKeyDown}
            onSelect={() => setCursor(field.current?.selectionStart ?? 0)}
            onBlur={() => onTyping(false)}
            aria-autocomplete="list"
            {...(fit.length > 0 && {
              "aria-controls": listId,
              "aria-activedescendant": optionId(listId, at),
            })}
          />
        </TextField>
        {BESIDE.map((Tool, index) => (
          <Tool key={index} {...tools} />
        ))}
        {hasWords && (
          <Button
            className="icon-button send"
            type="submit"
            aria-label={t(editing === null ? "chats.send" : "talk.save")}
          >
            <SendHorizontal size={24} aria-hidden />
          </Button>
        )}
        {WHEN_EMPTY.map((Tool, index) => (
          <Tool key={index} {...tools} isOffered={!hasWords} toField={() => field.current?.focus()} />
        ))}
      </form>
    </footer>
  );
}

/** Say whether one most likely writes with a real keyboard: on a phone, Enter is the only way to a second line. */
function hasKeys(): boolean {
  return matchMedia("(pointer: fine)").matches;
}

/** Another wording begins with the one that is there, and names whom that names. */
function edited({ id, content }: Said, people: readonly Named[]) {
  const text = textOf(content);
  return { id, text, mentioned: namedIn(text, content["m.mentions"], people) };
}

function DoingBar({ doing, onStop }: { doing: NonNullable<Doing>; onStop: () => void }) {
  const { t } = useTranslation();
  const { nameOf } = useTalk();
  const name = nameOf(doing.said.sender);
  return (
    <div className="doing">
      <span className="what">
        <strong>{doing.kind === "edit" ? t("talk.editing") : t("talk.answering", { name })}</strong>
        <span className="clip">{lineOf(doing.said, t)}</span>
      </span>
      <Button className="icon-button" aria-label={t("talk.cancel")} onPress={onStop}>
        <X size={22} aria-hidden />
      </Button>
    </div>
  );
}

/** Everything else that can be sent, under "+". */
function MoreTools({ tools }: { tools: ToolProps }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  if (MORE.length === 0) return null;
  const inside: ToolProps = {
    ...tools,
    onChosen: () => setOpen(false),
    onSent: () => {
      setOpen(false);
      tools.onSent();
    },
  };
  return (
    <>
      <Button className="icon-button" aria-label={t("talk.more")} onPress={() => setOpen(true)}>
        <Plus size={25} aria-hidden />
      </Button>
      <Sheet title={t("talk.more")} isOpen={isOpen} onClose={() => setOpen(false)}>
        <div className="tools">
          {MORE.map((Tool, index) => (
            <Tool key={index} {...inside} />
          ))}
        </div>
      </Sheet>
    </>
  );
}
