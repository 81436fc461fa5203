import "./gestures.css";
import { ChevronLeft, ChevronRight, X, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type View, WHOLE, zoomed } from "../model/zoom";
import { useFingers } from "./fingers";
import { Waiting } from "./Waiting";

export interface Picture {
  /** Null while it is on its way. */
  readonly src: string | null;
  /** What is to be seen, or at least whose it is. */
  readonly alt: string;
}

interface ImageViewerProps {
  pictures: readonly Picture[];
  at: number;
  onAt: (at: number) => void;
  onClose: () => void;
  /** What else can be done with a picture: plain buttons. */
  tools?: ReactNode;
  /** What was said about it. */
  caption?: string;
  /** What did not work, in words that say what to do. */
  wrong?: string | null;
}

const MIDDLE = { x: 0, y: 0 };
const STEP = 1.5;

/** Pictures over everything else, one at a time: with fingers, a mouse, or the arrow keys, + and −, and Escape. */
export function ImageViewer(props: ImageViewerProps) {
  const { pictures, at, onAt, onClose, tools, caption, wrong } = props;
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const [view, setView] = useState<View>(WHOLE);
  const picture = pictures[at];

  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  function turn(by: number): void {
    if (pictures[at + by] === undefined) return;
    setView(WHOLE);
    onAt(at + by);
  }

  function zoom(by: number): void {
    const box = dialog.current?.getBoundingClientRect();
    if (box) setView(zoomed(view, by, MIDDLE, box));
  }

  function press(event: KeyboardEvent): void {
    if (event.key === "ArrowLeft") turn(-1);
    else if (event.key === "ArrowRight") turn(1);
    else if (event.key === "+" || event.key === "=") zoom(STEP);
    else if (event.key === "-") zoom(1 / STEP);
    else if (event.key === "0") setView(WHOLE);
  }

  // Only a dialog that is closed gives the focus back to where it was opened from; that it is closed, it tells by itself.
  const close = () => dialog.current?.close();
  const fingers = useFingers({ view, onView: setView, onTurn: turn, onClose: close });
  if (picture === undefined) return null;
  return (
    <dialog
      className="viewer"
      ref={dialog}
      aria-label={t("widgets.picture", { at: at + 1, of: pictures.length })}
      onClose={onClose}
      onKeyDown={press}
    >
      <div className="frame" {...fingers}>
        {picture.src === null ? (
          !wrong && <Waiting />
        ) : (
          <img
            src={picture.src}
            alt={picture.alt}
            draggable={false}
            style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}
          />
        )}
      </div>
      <div className="controls">
        <button type="button" aria-label={t("widgets.close")} onClick={close}>
          <X size={26} aria-hidden />
        </button>
        <span aria-hidden="true">
          {at + 1} / {pictures.length}
        </span>
        <button type="button" aria-label={t("widgets.smaller")} onClick={() => zoom(1 / STEP)}>
          <ZoomOut size={24} aria-hidden />
        </button>
        <button type="button" aria-label={t("widgets.larger")} onClick={() => zoom(STEP)}>
          <ZoomIn size={24} aria-hidden />
        </button>
        {tools}
      </div>
      {(caption || wrong) && (
        <div className="below">
          {wrong && <p role="alert">{wrong}</p>}
          {caption && <p>{caption}</p>}
        </div>
      )}
      {pictures.length > 1 && (
        // Where it goes no further a button stays one: whoever came there by pressing it would lose their place.
        <div className="turns">
          <button
            type="button"
            aria-label={t("widgets.previous")}
            aria-disabled={at === 0}
            onClick={() => turn(-1)}
          >
            <ChevronLeft size={30} aria-hidden />
          </button>
          <button
            type="button"
            aria-label={t("widgets.next")}
            aria-disabled={at === pictures.length - 1}
            onClick={() => turn(1)}
          >
            <ChevronRight size={30} aria-hidden />
          </button>
        </div>
      )}
    </dialog>
  );
}
