import { Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clockOf } from "../../model/clock";
import { placeFor } from "../../model/media";
import { sizeOf } from "../../model/size";
import { useMedia } from "../../shell/media";
import { Waiting } from "../../widgets/Waiting";
import { type Attachment, previewOf } from "./attachment";
import { Thumb } from "./Thumb";

interface PlayerProps {
  file: Attachment;
  /** Whose it is, or what was said about it. */
  label: string;
  /** A still picture that is here already. */
  local?: string | null;
}

/** A film: a still picture of it until somebody wants to see it, then the film itself, in the same place. */
export function Player({ file, label, local = null }: PlayerProps) {
  const { t, i18n } = useTranslation();
  const [isWanted, setWanted] = useState(false);
  const { url, state, retry } = useMedia(isWanted ? file.source : null, { type: file.type });
  const wanted = previewOf(file);
  const poster = useMedia(wanted?.source ?? null, wanted?.options);
  const [isBroken, setBroken] = useState(false);
  const { width, height } = placeFor(file);
  const facts = [
    file.durationMs === null ? "" : clockOf(Math.round(file.durationMs / 1000)),
    file.size === null ? "" : sizeOf(file.size, i18n.language),
  ];
  const box = { width, aspectRatio: `${width} / ${height}` };
  if (isBroken) {
    return (
      <span className="pane plain" style={box}>
        <span className="over">{t("media.not_playable")}</span>
      </span>
    );
  }
  if (url !== null) {
    return (
      // biome-ignore lint/a11y/useMediaCaption: somebody's own film; there are no words to it
      <video
        className="pane"
        style={box}
        controls
        autoPlay
        playsInline
        src={url}
        poster={poster.url ?? undefined}
        aria-label={label}
        onError={() => setBroken(true)}
      />
    );
  }
  const hasFailed = isWanted && state === "failed";
  return (
    <button
      type="button"
      className="pane"
      style={box}
      aria-label={t("media.play", { what: label })}
      disabled={file.source === null}
      onClick={() => (hasFailed ? retry() : setWanted(true))}
    >
      <Thumb file={file} alt="" local={local} />
      <span className="over clear">
        {isWanted && !hasFailed ? (
          <span className="badge">
            <Waiting text={t("media.fetching")} />
          </span>
        ) : (
          <span className="play">
            <Play size={30} aria-hidden />
          </span>
        )}
      </span>
      <span className="badge corner">
        {hasFailed ? t("media.try_again") : facts.filter(Boolean).join(" · ")}
      </span>
    </button>
  );
}
