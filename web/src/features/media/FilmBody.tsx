import "./media.css";
import { useTranslation } from "react-i18next";
import type { BodyProps } from "../chats/bodies/body";
import { UnknownBody } from "../chats/bodies/UnknownBody";
import { useTalk } from "../chats/talk";
import { attachmentOf } from "./attachment";
import { Caption } from "./Caption";
import { Player } from "./Player";
import { UploadState } from "./UploadState";
import { useUpload } from "./uploads";

/** A film, which plays in its place. */
export function FilmBody({ said }: BodyProps) {
  const { t } = useTranslation();
  const { nameOf } = useTalk();
  const upload = useUpload(said.key);
  const file = attachmentOf(said);
  if (file === null || (file.source === null && upload === null))
    return <UnknownBody said={said} mine={false} />;
  const label = file.label || t("media.film_from", { name: nameOf(said.sender) });
  return (
    <span className="shown">
      <Player file={file} label={label} local={upload?.preview ?? null} />
      {upload !== null && <UploadState upload={upload} name={file.name} />}
      <Caption text={file.caption} content={said.content} />
    </span>
  );
}
