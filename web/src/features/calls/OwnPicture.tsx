import { type PointerEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Corner, cornerAfter, cornerAt } from "../../model/corner";
import { LivePicture } from "./LivePicture";

/** Whether a picture is of oneself, as in a mirror: a screen, or what one looks at, is shown as the others see it. */
function isFace(stream: MediaStream, isScreen: boolean): boolean {
  return !isScreen && stream.getVideoTracks()[0]?.getSettings().facingMode !== "environment";
}

interface OwnPictureProps {
  stream: MediaStream;
  isScreen: boolean;
}

/** One's own picture, in a corner of the call: a finger or the arrow keys bring it to another. */
export function OwnPicture({ stream, isScreen }: OwnPictureProps) {
  const { t } = useTranslation();
  const [corner, setCorner] = useState<Corner>("bottom-right");
  const [moved, setMoved] = useState({ x: 0, y: 0 });
  const from = useRef<{ x: number; y: number } | null>(null);

  function move(event: PointerEvent<HTMLButtonElement>): void {
    if (from.current === null) return;
    setMoved({ x: event.clientX - from.current.x, y: event.clientY - from.current.y });
  }

  function letGo(event: PointerEvent<HTMLButtonElement>): void {
    const around = event.currentTarget.parentElement?.getBoundingClientRect();
    if (from.current !== null && around !== undefined) {
      setCorner(
        cornerAt((event.clientX - around.left) / around.width, (event.clientY - around.top) / around.height),
      );
    }
    from.current = null;
    setMoved({ x: 0, y: 0 });
  }

  return (
    <button
      type="button"
      className={`own-picture ${corner}`}
      aria-label={t("calls.own_picture", { corner: t(`calls.corner.${corner}`) })}
      style={{ translate: `${moved.x}px ${moved.y}px` }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, y: event.clientY };
      }}
      onPointerMove={move}
      onPointerUp={letGo}
      onPointerCancel={letGo}
      onKeyDown={(event) => {
        const next = cornerAfter(corner, event.key);
        if (next === null) return;
        event.preventDefault();
        setCorner(next);
      }}
    >
      <LivePicture stream={stream} isMirrored={isFace(stream, isScreen)} />
    </button>
  );
}
