import "./media.css";
import { useTranslation } from "react-i18next";
import { placeFor } from "../../model/media";
import type { BodyProps } from "../chats/bodies/body";
import { UnknownBody } from "../chats/bodies/UnknownBody";
import { useTalk } from "../chats/talk";
import { attachmentOf } from "./attachment";
import { Caption } from "./Caption";
import { Thumb } from "./Thumb";
import { UploadState } from "./UploadState";
import { useUpload } from "./uploads";

/** A picture in its own shape. A press shows it whole. */
export function PictureBody({ said }: BodyProps) {
  const { t } = useTranslation();
  const talk = useTalk();
  const upload = useUpload(said.key);
  const file = attachmentOf(said);
  if (file === null || (file.source === null && upload === null))
    return <UnknownBody said={said} mine={false} />;
  const { width, height } = placeFor(file);
  const alt = file.caption || t("media.picture_from", { name: talk.nameOf(said.sender) });
  return (
    <span className="shown">
      <button
        type="button"
        className="pane"
        style={{ width, aspectRatio: `${width} / ${height}` }}
        aria-label={t("media.look", { what: alt })}
        disabled={file.source === null}
        onClick={() => talk.view(said)}
      >
        <Thumb file={file} alt="" local={upload?.preview ?? null} />
      </button>
      {upload !== null && <UploadState upload={upload} name={file.name} />}
      <Caption text={file.caption} mentions={said.content["m.mentions"]} />
    </span>
  );
}
