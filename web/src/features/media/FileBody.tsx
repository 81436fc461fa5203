import "./media.css";
import type { BodyProps } from "../chats/bodies/body";
import { UnknownBody } from "../chats/bodies/UnknownBody";
import { attachmentOf } from "./attachment";
import { Caption } from "./Caption";
import { FileLine } from "./FileLine";
import { Sound } from "./Sound";
import { UploadState } from "./UploadState";
import { useUpload } from "./uploads";

/** A file to save; a sound can be heard, too. */
export function FileBody({ said }: BodyProps) {
  const upload = useUpload(said.key);
  const file = attachmentOf(said);
  if (file === null || (file.source === null && upload === null))
    return <UnknownBody said={said} mine={false} />;
  return (
    <span className="shown">
      <FileLine file={file} />
      {file.kind === "audio" && file.source !== null && <Sound file={file} />}
      {upload !== null && <UploadState upload={upload} name={file.name} />}
      <Caption text={file.caption} mentions={said.content["m.mentions"]} />
    </span>
  );
}
