import "./voice.css";
import { Download } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { Said } from "../../model/said";
import type { Fact } from "../../model/timeline";
import { nextVoice, soundOf } from "../../model/voice";
import { fetchMedia, type Source, sourceOf } from "../../protocol/media";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { saveFile } from "../../shell/saveFile";
import { Wrong } from "../../widgets/Wrong";
import type { BodyProps } from "../chats/bodies/body";
import { type Talk, useTalk } from "../chats/talk";
import { setHeard, useIsHeard } from "./heard";
import type { Track } from "./player";
import { Sounding } from "./Sounding";

/** Something to hear: a voice with its waveform, or a file of sound. */
export function AudioBody({ said, mine }: BodyProps) {
  const { t } = useTranslation();
  const talk = useTalk();
  const isHeard = useIsHeard(said.id, said.at);
  const track = trackOf(said, talk);
  if (track === null) return <span className="quiet">{t("voice.broken")}</span>;
  const sound = soundOf(said.content);
  if (sound.isVoice) return <Sounding track={track} waveform={sound.waveform} isNew={!mine && !isHeard} />;
  return (
    <div className="sound-file">
      <span className="name">{sound.name}</span>
      <Sounding track={track} waveform={[]} />
      <Save name={sound.name} type={sound.type} said={said} />
    </div>
  );
}

function trackOf(fact: Fact, talk: Talk): Track | null {
  const from = sourceOf(fact.content);
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
      return next === null ? null : trackOf(next, talk);
    },
  };
}

function Save({ name, type, said }: { name: string; type: string; said: Said }) {
  const { t } = useTranslation();
  const client = useClient();
  const { busy, wrong, attempt } = useAttempt();
  const source: Source | null = sourceOf(said.content);
  if (source === null) return null;
  return (
    <>
      <Button
        className="text-button"
        isDisabled={busy}
        onPress={() => void attempt(async () => saveFile(await fetchMedia(client, source, { type }), name))}
      >
        <Download size={17} aria-hidden /> {t("voice.save")}
      </Button>
      <Wrong text={wrong} />
    </>
  );
}
