import "./chats.css";
import "./talk.css";
import "./search.css";
import { useMemo, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField } from "react-aria-components/SearchField";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { shortTime } from "../../model/chatList";
import { covered, excerpt, type Found, look } from "../../model/search";
import { useClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { Avatar } from "../../widgets/Avatar";
import { TopBar } from "../../widgets/TopBar";
import { Wrong } from "../../widgets/Wrong";
import { useSearchable } from "./useSearchable";

/** Look for words in one chat or in all of them, on this device: the server cannot read what is encrypted. */
export function SearchPage({ params }: PageProps) {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const roomId = params["roomId"] ?? null;
  const { messages, isWhole, isLoading, hasFailed, loadMore } = useSearchable(roomId);
  const [query, setQuery] = useState("");
  const found = useMemo(() => look(messages, query), [messages, query]);
  const area = useMemo(() => covered(messages), [messages]);
  const name = roomId === null ? null : (client.getRoom(roomId)?.name ?? "");
  const since = new Date(area.since).toLocaleDateString(i18n.language, { dateStyle: "long" });
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
          {!isWhole && (
            <Button className="button" isDisabled={isLoading} onPress={() => void loadMore()}>
              {isLoading ? t("talk.older_loading") : t("search.more")}
            </Button>
          )}
          {hasFailed && <Wrong text={t("errors.offline")} />}
          <p role="status" className="sr-only">
            {query.trim() !== "" && t("search.found", { count: found.length })}
          </p>
          {query.trim() !== "" && found.length === 0 && <p className="nothing">{t("search.nothing")}</p>}
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
  const where = `/chats/${encodeURIComponent(found.roomId)}`;
  const thread = found.threadId === null ? "" : `/thread/${encodeURIComponent(found.threadId)}`;
  const href = `${where}${thread}/at/${encodeURIComponent(found.id)}`;
  return (
    <li>
      <Link href={href} className="hit">
        <Avatar
          small
          id={showsRoom ? found.roomId : found.sender}
          name={showsRoom ? (room?.name ?? "") : who}
        />
        <span className="text">
          <span className="head">
            <strong className="clip">{showsRoom ? room?.name : who}</strong>
            <time>{shortTime(found.at, Date.now(), i18n.language)}</time>
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
