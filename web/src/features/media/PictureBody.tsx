import "./media.css";
import { useTranslation } from "react-i18next";
import { placeFor } from "../../model/media";
import { useMedia } from "../../shell/media";
import type { BodyProps } from "../chats/bodies/body";
import { UnknownBody } from "../chats/bodies/UnknownBody";
import { useTalk } from "../chats/talk";
import { attachmentOf, previewOf } from "./attachment";
import { Caption } from "./Caption";
import { Thumb } from "./Thumb";
import { UploadState } from "./UploadState";
import { useUpload } from "./uploads";

/** A picture in its own shape. A press shows it whole, or fetches once more what did not come. */
export function PictureBody({ said }: BodyProps) {
  const { t } = useTranslation();
  const talk = useTalk();
  const upload = useUpload(said.key);
  const file = attachmentOf(said);
  const local = upload?.preview ?? null;
  const wanted = file === null || local !== null ? null : previewOf(file);
  const preview = useMedia(wanted?.source ?? null, wanted?.options);
  if (file === null || (file.source === null && upload === null))
    return <UnknownBody said={said} mine={false} />;
  const { width, height } = placeFor(file);
  const alt = file.label || t("media.picture_from", { name: talk.nameOf(said.sender) });
  const hasFailed = preview.state === "failed" && !preview.isGone && !preview.isLarge;
  return (
    <span className="shown">
      <button
        type="button"
        className="pane"
        style={{ width, aspectRatio: `${width} / ${height}` }}
        aria-label={hasFailed ? `${alt}. ${t("media.try_again")}` : t("media.look", { what: alt })}
        disabled={file.source === null}
        onClick={() => (hasFailed ? preview.retry() : talk.view(said))}
      >
        <Thumb file={file} alt="" local={local} />
      </button>
      {upload !== null && <UploadState upload={upload} name={file.name} />}
      <Caption text={file.caption} content={said.content} />
    </span>
  );
}
