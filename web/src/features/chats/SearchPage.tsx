import "./chats.css";
import "./talk.css";
import "./search.css";
import { useEffect, useMemo, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField } from "react-aria-components/SearchField";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { shortTime } from "../../model/chatList";
import { covered, excerpt, type Found, look } from "../../model/search";
import { useClient } from "../../shell/client";
import { localeOf } from "../../shell/i18n";
import { messagePath } from "../../shell/messagePath";
import type { PageProps } from "../../shell/routes";
import { Avatar } from "../../widgets/Avatar";
import { TopBar } from "../../widgets/TopBar";
import { Wrong } from "../../widgets/Wrong";
import { useSearchable } from "./useSearchable";

/** So many hits fill a few screens: who wants more presses. */
const ENOUGH = 20;
/** Pages of a hundred messages, fetched without being asked for. */
const PAGES_BY_ITSELF = 20;
const PAGES_BY_PRESS = 200;
const PAUSE_MS = 600;

/** Look for words in one chat or in all of them, on this device: the server cannot read what is encrypted. */
export function SearchPage({ params }: PageProps) {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const roomId = params["roomId"] ?? null;
  const { messages, isWhole, isLoading, hasFailed, lookFurther, stop } = useSearchable(roomId);
  const [query, setQuery] = useState("");
  const found = useMemo(() => look(messages, query), [messages, query]);
  const count = useRef(0);
  count.current = found.length;
  useEffect(() => {
    if (query.trim() === "") return;
    // Of what is asked for, little may be loaded yet: it goes on by itself, once nobody types.
    const isEnough = () => count.current >= ENOUGH;
    const timer = window.setTimeout(() => {
      if (!isEnough()) void lookFurther(PAGES_BY_ITSELF, isEnough);
    }, PAUSE_MS);
    return () => {
      window.clearTimeout(timer);
      stop();
    };
    // Only other words begin anew.
  }, [query]);
  const area = useMemo(() => covered(messages), [messages]);
  const name = roomId === null ? null : (client.getRoom(roomId)?.name ?? "");
  const since = new Date(area.since).toLocaleDateString(localeOf(i18n.language), { dateStyle: "long" });
  return (
    <>
      <TopBar
        title={name === null ? t("search.title") : t("search.title_in", { name })}
        back={roomId === null ? "/chats" : `/chats/${encodeURIComponent(roomId)}`}
      />
      <main className="scroll">
        <div className="page">
          <SearchField className="field" value={query} onChange={setQuery} autoFocus>
            <Label className="sr-only">{t("search.words")}</Label>
            <Input placeholder={t("search.words")} />
          </SearchField>
          <p className="muted covers">
            {area.messages === 0
              ? t("search.covers_nothing")
              : roomId === null
                ? `${t("search.covers", { count: area.messages })} ${t("search.since", { since, chats: area.chats })}`
                : `${t("search.covers", { count: area.messages })} ${t("search.since_here", { since })}`}
          </p>
          {isWhole ? (
            <p className="muted covers">{t("search.whole")}</p>
          ) : (
            <Button
              className="button"
              onPress={() => {
                if (isLoading) stop();
                else void lookFurther(PAGES_BY_PRESS, () => false);
              }}
            >
              {t(isLoading ? "search.stop" : "search.more")}
            </Button>
          )}
          <p role="status" className={isLoading ? "muted covers" : "sr-only"}>
            {isLoading && t("talk.older_loading")}
          </p>
          {hasFailed && <Wrong text={t("errors.offline")} />}
          <p role="status" className="sr-only">
            {query.trim() !== "" && t("search.found", { count: found.length })}
          </p>
          {query.trim() !== "" && found.length === 0 && !isLoading && (
            <p className="nothing">{t("search.nothing")}</p>
          )}
        </div>
        {found.length > 0 && (
          <ul className="found" aria-label={t("search.results")}>
            {found.map((one) => (
              <Hit key={one.id} found={one} query={query} showsRoom={roomId === null} />
            ))}
          </ul>
        )}
      </main>
    </>
  );
}

function Hit({ found, query, showsRoom }: { found: Found; query: string; showsRoom: boolean }) {
  const { i18n } = useTranslation();
  const client = useClient();
  const room = client.getRoom(found.roomId);
  const who = room?.getMember(found.sender)?.name ?? found.sender;
  const { before, hit, after } = excerpt(found.text, query);
  return (
    <li>
      <Link href={messagePath(found.roomId, found.id, found.threadId)} className="hit">
        <Avatar
          small
          id={showsRoom ? found.roomId : found.sender}
          name={showsRoom ? (room?.name ?? "") : who}
        />
        <span className="text">
          <span className="head">
            <strong className="clip">{showsRoom ? room?.name : who}</strong>
            <time>{shortTime(found.at, Date.now(), localeOf(i18n.language))}</time>
          </span>
          <span>
            {showsRoom && room?.name !== who && `${who}: `}
            {before}
            <mark>{hit}</mark>
            {after}
          </span>
        </span>
      </Link>
    </li>
  );
}
