import { Download, Forward, MessageCircle, RotateCw } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { isSaidHeic } from "../../model/heic";
import type { Said } from "../../model/said";
import { useMedia } from "../../shell/media";
import { ImageViewer } from "../../widgets/ImageViewer";
import { attachmentOf, previewOf } from "./attachment";
import { useSave } from "./useSave";
import { viewable } from "./viewable";

interface MediaViewerProps {
  /** The pictures of a conversation, the oldest first. */
  pictures: readonly Said[];
  /** The key of the one that is looked at: the id of one that was only just sent changes. */
  lookAt: string;
  nameOf: (userId: string) => string;
  onLook: (said: Said) => void;
  /** The first one is looked at: older ones may be had. */
  onOlder: () => void;
  onForward: (said: Said) => void;
  /** Go to where it stands; in the conversation itself one is there already. */
  onPlace?: (said: Said) => void;
  onClose: () => void;
}

/** The pictures of a conversation over everything else: to look at, to save, to forward. */
export function MediaViewer(props: MediaViewerProps) {
  const { pictures, lookAt, nameOf, onLook, onOlder, onForward, onPlace, onClose } = props;
  const { t } = useTranslation();
  const at = pictures.findIndex(({ key }) => key === lookAt);
  const said = pictures[at];
  const file = said ? attachmentOf(said) : null;
  const wanted = file && previewOf(file);
  const small = useMedia(wanted?.source ?? null, wanted?.options);
  // A picture may be its own small copy: it is not fetched twice.
  const isSmall = wanted?.source === file?.source && wanted?.options.thumbnail === undefined;
  const isHere = isSmall && small.state !== "failed";
  const opened = file !== null && isSaidHeic(file.type) ? viewable : undefined;
  const whole = useMedia(isHere ? null : (file?.source ?? null), { type: file?.type, opened });
  const { busy, wrong, save } = useSave();

  useEffect(() => {
    if (at === 0) onOlder();
  }, [at, onOlder]);

  if (said === undefined || file === null) return null;
  const src = whole.url ?? small.url;
  const hasFailed = whole.state === "failed";
  const failure = hasFailed ? t(whole.isGone ? "media.gone" : "media.not_shown") : null;
  return (
    <ImageViewer
      pictures={pictures.map((one) => ({
        src: one.key === lookAt ? src : null,
        alt: attachmentOf(one)?.label || t("media.picture_from", { name: nameOf(one.sender) }),
      }))}
      at={at}
      onAt={(next) => {
        const one = pictures[next];
        if (one !== undefined) onLook(one);
      }}
      onClose={onClose}
      wrong={wrong ?? failure}
      caption={file.label}
      tools={
        <>
          {hasFailed && !whole.isGone && (
            <button type="button" aria-label={t("media.try_again")} onClick={whole.retry}>
              <RotateCw size={24} aria-hidden />
            </button>
          )}
          <button type="button" aria-label={t("media.save")} aria-busy={busy} onClick={() => void save(file)}>
            <Download size={24} aria-hidden />
          </button>
          {onPlace !== undefined && (
            <button type="button" aria-label={t("media.in_chat")} onClick={() => onPlace(said)}>
              <MessageCircle size={24} aria-hidden />
            </button>
          )}
          <button type="button" aria-label={t("talk.forward")} onClick={() => onForward(said)}>
            <Forward size={24} aria-hidden />
          </button>
        </>
      }
    />
  );
}
