import { Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMedia } from "../../shell/media";
import { Waiting } from "../../widgets/Waiting";
import type { Attachment } from "./attachment";

/** Something to hear, once somebody wants to. */
export function Sound({ file }: { file: Attachment }) {
  const { t } = useTranslation();
  const [isWanted, setWanted] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const { url, state, retry } = useMedia(isWanted ? file.source : null, { type: file.type });
  const hasFailed = isWanted && state === "failed";
  if (isBroken) return <span className="quiet">{t("media.not_audible")}</span>;
  if (url !== null) {
    return (
      // biome-ignore lint/a11y/useMediaCaption: somebody's own sound; there are no words to it
      <audio controls autoPlay src={url} aria-label={file.name} onError={() => setBroken(true)} />
    );
  }
  if (isWanted && !hasFailed) return <Waiting text={t("media.fetching")} />;
  return (
    <button
      type="button"
      className="text-button listen"
      onClick={() => (hasFailed ? retry() : setWanted(true))}
    >
      <Play size={18} aria-hidden /> {t(hasFailed ? "media.try_again" : "media.listen")}
    </button>
  );
}
