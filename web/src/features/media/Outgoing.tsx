import "./media.css";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { isPastedWords } from "../../model/paste";
import { ComingOver } from "../../shell/Coming";
import { part } from "../../shell/part";
import type { Target } from "../chats/composerTools";
import { offer, useOffer } from "./outgoing";

const OutgoingSheet = part(
  async () => (await import("./OutgoingSheet")).OutgoingSheet,
  ({ props, ...coming }) => {
    const { t } = useTranslation();
    return <ComingOver title={t("media.before_sending")} onClose={() => props.onDone(false)} {...coming} />;
  },
);

interface OutgoingProps {
  target: Target;
  /** They were sent, or given up. */
  onDone: (isSent: boolean) => void;
}

/** Files that are dropped on a conversation or pasted into it, and the sheet in which they are looked at. */
export function Outgoing({ target, onDone }: OutgoingProps) {
  const { t } = useTranslation();
  const chosen = useOffer();
  const isOver = useFiles((files) => offer({ target, files, asFiles: false }));
  const isHere =
    chosen !== null && chosen.target.roomId === target.roomId && chosen.target.threadId === target.threadId;

  function done(isSent: boolean): void {
    offer(null);
    onDone(isSent);
  }

  // What was not sent is not kept for the next conversation.
  useEffect(() => () => offer(null), []);

  return (
    <>
      {isOver && (
        <div className="drop-here" aria-hidden="true">
          <span>{t("media.drop")}</span>
        </div>
      )}
      {isHere && <OutgoingSheet offer={chosen} onDone={done} />}
    </>
  );
}

/** Hear of files that are dropped on this page or pasted. Returns whether some are being held over it. */
function useFiles(onFiles: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    function onDrag(event: DragEvent): void {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    }
    function onLeave(event: DragEvent): void {
      // Without a next one it has left the window.
      if (event.relatedTarget === null) setOver(false);
    }
    function onDrop(event: DragEvent): void {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer.files.length > 0) onFiles([...event.dataTransfer.files]);
    }
    function onPaste(event: ClipboardEvent): void {
      const data = event.clipboardData;
      if (data === null || data.files.length === 0) return;
      const files = [...data.files];
      if (isPastedWords(data.types, data.getData("text/plain"), files)) return;
      event.preventDefault();
      onFiles(files);
    }
    window.addEventListener("dragover", onDrag);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    window.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("dragover", onDrag);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
      window.removeEventListener("paste", onPaste);
    };
  });
  return isOver;
}
