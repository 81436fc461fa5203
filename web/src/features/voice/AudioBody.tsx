import "./voice.css";
import "../media/media.css";
import { useTranslation } from "react-i18next";
import type { Fact } from "../../model/timeline";
import { nextVoice, soundOf } from "../../model/voice";
import { sourceOf } from "../../protocol/media";
import type { BodyProps } from "../chats/bodies/body";
import { type Talk, useTalk } from "../chats/talk";
import { attachmentOf } from "../media/attachment";
import { Caption } from "../media/Caption";
import { FileLine } from "../media/FileLine";
import { UploadState } from "../media/UploadState";
import { useUpload } from "../media/uploads";
import { setHeard, useIsHeard } from "./heard";
import type { Track } from "./player";
import { Sounding } from "./Sounding";

/** Something to hear: a voice with its waveform, or a file of sound. What is on its way up can be heard already. */
export function AudioBody({ said, mine }: BodyProps) {
  const { t } = useTranslation();
  const talk = useTalk();
  const isHeard = useIsHeard(said.id, said.at);
  const upload = useUpload(said.key);
  const file = attachmentOf(said);
  const track = trackOf(said, talk, upload?.blob ?? null);
  if (file === null || track === null) return <span className="quiet">{t("voice.broken")}</span>;
  const { isVoice, waveform } = soundOf(said.content);
  return (
    <div className="shown">
      {!isVoice && <FileLine file={file} />}
      <Sounding track={track} waveform={isVoice ? waveform : []} isNew={isVoice && !mine && !isHeard} />
      {upload !== null && (
        <UploadState upload={upload} name={isVoice ? t("voice.message") : file.name || t("media.file")} />
      )}
      {!isVoice && <Caption text={file.caption} content={said.content} />}
    </div>
  );
}

function trackOf(fact: Fact, talk: Talk, here: Blob | null): Track | null {
  const from = sourceOf(fact.content) ?? here;
  if (from === null) return null;
  const { type, length } = soundOf(fact.content);
  return {
    id: fact.id,
    from,
    type,
    length,
    onPlay: () => {
      if (fact.sender !== talk.me) setHeard(fact.id, fact.at);
    },
    next: () => {
      const next = nextVoice(talk.now(), fact.id);
      return next === null ? null : trackOf(next, talk, null);
    },
  };
}
