import "./media.css";
import type { BodyProps } from "../chats/bodies/body";
import { UnknownBody } from "../chats/bodies/UnknownBody";
import { attachmentOf } from "./attachment";
import { Caption } from "./Caption";
import { FileLine } from "./FileLine";
import { UploadState } from "./UploadState";
import { useUpload } from "./uploads";

/** A file to save. */
export function FileBody({ said }: BodyProps) {
  const upload = useUpload(said.key);
  const file = attachmentOf(said);
  if (file === null || (file.source === null && upload === null))
    return <UnknownBody said={said} mine={false} />;
  return (
    <span className="shown">
      <FileLine file={file} />
      {upload !== null && <UploadState upload={upload} name={file.name} />}
      <Caption text={file.caption} content={said.content} />
    </span>
  );
}
