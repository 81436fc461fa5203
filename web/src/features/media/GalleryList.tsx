import { Play } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { VList, type VListHandle } from "virtua";
import { Link } from "wouter";
import type { GalleryRow } from "../../model/gallery";
import type { Said } from "../../model/said";
import { localeOf } from "../../shell/i18n";
import { History } from "../chats/History";
import { attachmentOf } from "./attachment";
import { FileLine } from "./FileLine";
import { Thumb } from "./Thumb";

/** Older ones are fetched before somebody gets to the last of these. */
const AHEAD_PX = 600;

interface GalleryListProps {
  /** Where a message stands. */
  placeOf: (said: Said) => string;
  rows: readonly GalleryRow[];
  label: string;
  history: { isWhole: boolean; isLoading: boolean; hasFailed: boolean };
  nameOf: (userId: string) => string;
  onOlder: () => void;
  onLook: (said: Said) => void;
}

/** Rows of pictures, or of files; only those in sight are there. */
export function GalleryList({ placeOf, rows, label, history, nameOf, onOlder, onLook }: GalleryListProps) {
  const { i18n } = useTranslation();
  const list = useRef<VListHandle>(null);

  function fill(): void {
    const handle = list.current;
    if (handle === null || history.isLoading || history.hasFailed || history.isWhole) return;
    if (handle.scrollSize - handle.viewportSize - handle.scrollOffset < AHEAD_PX) onOlder();
  }

  // One page of a conversation may hold none, or too few to fill the screen.
  useEffect(fill);

  return (
    <section className="all" aria-label={label}>
      <VList ref={list} className="rows" onScroll={fill}>
        {rows.map((row) =>
          row.kind === "month" ? (
            <h2 key={row.key}>{monthOf(row.at, i18n.language)}</h2>
          ) : (
            <div key={row.key} className={row.said.length === 1 && isFile(row.said[0]) ? "paper" : "three"}>
              {row.said.map((said) =>
                isFile(said) ? (
                  <FileCell key={said.id} place={placeOf(said)} said={said} name={nameOf(said.sender)} />
                ) : (
                  <Cell key={said.id} said={said} name={nameOf(said.sender)} onLook={onLook} />
                ),
              )}
            </div>
          ),
        )}
        <History key="older" {...history} onOlder={onOlder} />
      </VList>
    </section>
  );
}

function isFile(said: Said | undefined): boolean {
  const kind = said && attachmentOf(said)?.kind;
  return kind === "file" || kind === "audio";
}

interface CellProps {
  said: Said;
  name: string;
  onLook: (said: Said) => void;
}

function Cell({ said, name, onLook }: CellProps) {
  const { t } = useTranslation();
  const file = attachmentOf(said);
  if (file === null) return null;
  const isFilm = file.kind === "video";
  const what = file.label || t(isFilm ? "media.film_from" : "media.picture_from", { name });
  return (
    <button
      type="button"
      className="cell"
      aria-label={t(isFilm ? "media.play" : "media.look", { what })}
      onClick={() => onLook(said)}
    >
      <Thumb file={file} alt="" />
      {isFilm && (
        <span className="over clear">
          <Play size={26} aria-hidden />
        </span>
      )}
    </button>
  );
}

function FileCell({ place, said, name }: { place: string; said: Said; name: string }) {
  const { t, i18n } = useTranslation();
  const file = attachmentOf(said);
  if (file === null) return null;
  const day = new Date(said.at).toLocaleDateString(localeOf(i18n.language), {
    day: "numeric",
    month: "short",
  });
  return (
    <>
      <FileLine file={file} detail={`${name}, ${day}`} />
      <Link className="text-button" href={place}>
        {t("media.in_chat")}
      </Link>
    </>
  );
}

function monthOf(at: number, language: string): string {
  return new Date(at).toLocaleDateString(localeOf(language), { month: "long", year: "numeric" });
}
