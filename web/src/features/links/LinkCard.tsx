import "./links.css";
import { useTranslation } from "react-i18next";
import { hostOf, type Preview } from "../../model/preview";
import { UNASKED_BYTES_MAX } from "../../protocol/media";
import { pictureSource } from "../../protocol/preview";
import { useMedia } from "../../shell/media";

/** A picture narrower than this is a mark of the site, and stands beside the words. */
const WIDE = 240;
const PLACE = { width: 300, height: 300 };

interface LinkCardProps {
  preview: Preview;
  /** It is not sent yet: it leads nowhere. */
  isBeingWritten?: boolean;
}

/** Where a link leads: its picture, its title, a few words, and always the host as it really is. */
export function LinkCard({ preview, isBeingWritten = false }: LinkCardProps) {
  const { t } = useTranslation();
  const { href, title, description, picture } = preview;
  const host = hostOf(href);
  const isWide = (picture?.width ?? 0) >= WIDE && !isBeingWritten;
  const inside = (
    <>
      {picture !== null && <CardPicture preview={preview} isWide={isWide} />}
      <span className="words">
        {title !== "" && <strong>{title}</strong>}
        {description !== "" && <span className="about">{description}</span>}
        <span className="host">{host}</span>
      </span>
    </>
  );
  const look = `link-card${isWide ? " wide" : ""}`;
  if (isBeingWritten) return <div className={look}>{inside}</div>;
  return (
    <a
      className={look}
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      aria-label={t("links.card", { title: title || description || host, host })}
    >
      {inside}
    </a>
  );
}

/** Its place is there before it is, so that nothing moves when it comes. Without it the card is as good. */
function CardPicture({ preview, isWide }: { preview: Preview; isWide: boolean }) {
  const { picture } = preview;
  const source = picture && pictureSource(picture);
  const wanted = { type: picture?.type || undefined, thumbnail: PLACE, most: UNASKED_BYTES_MAX };
  const { url, state } = useMedia(source, wanted);
  if (picture === null || source === null || state === "failed") return null;
  const shape = isWide && picture.width && picture.height ? picture.width / picture.height : 1;
  return (
    <span className="picture" style={{ aspectRatio: Math.min(2.2, Math.max(1, shape)) }}>
      {url !== null && <img src={url} alt="" draggable={false} />}
    </span>
  );
}
