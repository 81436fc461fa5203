import "../chats/chats.css";
import "../chats/talk.css";
import "./media.css";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { type GalleryRow, rowsOfGallery } from "../../model/gallery";
import type { Said } from "../../model/said";
import { useClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { backOr } from "../../widgets/back";
import { Choice } from "../../widgets/Choice";
import { Result } from "../../widgets/Result";
import { Sheet } from "../../widgets/Sheet";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { ForwardSheet } from "../chats/ForwardSheet";
import { useFeed } from "../chats/useFeed";
import { attachmentOf } from "./attachment";
import { GalleryList } from "./GalleryList";
import { useGalleryFiles } from "./galleryFiles";
import { MediaViewer } from "./MediaViewer";
import { Player } from "./Player";

type Part = "pictures" | "files";

/** The pictures, films and files of one conversation, the newest first. */
export function GalleryPage({ params }: PageProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const roomId = params["roomId"] ?? "";
  const room = client.getRoom(roomId);
  const me = client.getSafeUserId();
  const { feed, state } = useFeed(roomId, null);
  const [part, setPart] = useState<Part>("pictures");
  const [open, setOpen] = useState<{ kind: "picture" | "film" | "forward"; said: Said } | null>(null);
  const nameOf = (userId: string) => room?.getMember(userId)?.name ?? userId;

  const found = useGalleryFiles(roomId, state.timeline, me);
  const files = useMemo(() => found.map(({ said }) => said), [found]);
  const pictures = files.filter((one) => attachmentOf(one)?.kind === "image");
  const rows = useMemo<GalleryRow[]>(
    () =>
      rowsOfGallery(
        files.filter((one) => isOf(part, one)),
        part === "pictures" ? PER_ROW : 1,
      ),
    [files, part],
  );
  const loadOlder = useCallback(() => void feed.loadOlder(), [feed]);
  const close = () => setOpen(null);

  /** Its place in the chat, or the thread that it stands in. */
  function placeOf({ id }: Said): string {
    const threadId = found.find(({ said }) => said.id === id)?.threadId ?? null;
    const where =
      threadId === null ? `at/${encodeURIComponent(id)}` : `thread/${encodeURIComponent(threadId)}`;
    return `/chats/${encodeURIComponent(roomId)}/${where}`;
  }
  const film = open?.kind === "film" ? attachmentOf(open.said) : null;

  function look(said: Said): void {
    setOpen({ kind: attachmentOf(said)?.kind === "video" ? "film" : "picture", said });
  }

  return (
    <>
      <TopBar
        title={t("media.gallery")}
        under={room?.name}
        back={() => backOr(`/chats/${encodeURIComponent(roomId)}`, go)}
      />
      <main className="gallery">
        <div className="gallery-head">
          <Choice
            label={t("media.which")}
            value={part}
            onChange={setPart}
            options={[
              ["pictures", t("media.pictures")],
              ["files", t("media.files")],
            ]}
          />
        </div>
        {rows.length === 0 && state.isWhole && (
          <Result kind="plain" title={t(`media.no_${part}`)} text={t("media.none_hint")} />
        )}
        {rows.length === 0 && !state.isWhole && !state.hasFailed && <Waiting text={t("media.looking")} />}
        <GalleryList
          key={part}
          placeOf={placeOf}
          rows={rows}
          label={t(`media.${part}`)}
          history={state}
          nameOf={nameOf}
          onOlder={loadOlder}
          onLook={look}
        />
      </main>
      {open?.kind === "picture" && (
        <MediaViewer
          pictures={pictures}
          lookAt={open.said.key}
          nameOf={nameOf}
          onLook={look}
          onOlder={loadOlder}
          onPlace={(said) => go(placeOf(said))}
          onForward={(said) => setOpen({ kind: "forward", said })}
          onClose={close}
        />
      )}
      <Sheet title={film?.name ?? ""} isOpen={film !== null} onClose={close}>
        {film !== null && open !== null && (
          <Player
            file={film}
            label={film.label || t("media.film_from", { name: nameOf(open.said.sender) })}
          />
        )}
      </Sheet>
      <ForwardSheet said={open?.kind === "forward" ? open.said : null} onClose={close} />
    </>
  );
}

const PER_ROW = 3;

function isOf(part: Part, said: Said): boolean {
  const kind = attachmentOf(said)?.kind;
  return (kind === "image" || kind === "video") === (part === "pictures");
}
