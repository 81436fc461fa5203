import { Button } from "react-aria-components/Button";
import type { Said } from "../../model/said";
import { useQuickWords } from "../../shell/quickWords";
import { lineOf } from "./lines";
import { useTalk } from "./talk";
import { useFar } from "./useFar";

/** The message that one answers, in short. It leads there. */
export function Quote({ id }: { id: string }) {
  const { t } = useQuickWords();
  const talk = useTalk();
  const said = talk.said(id);
  return (
    <Button className="quote" onPress={() => talk.jumpTo(id)} aria-label={t("talk.to_answered")}>
      {said === null ? <Far id={id} /> : <Short said={said} />}
    </Button>
  );
}

/** It is too far back to be loaded. */
function Far({ id }: { id: string }) {
  const { t } = useQuickWords();
  const { roomId } = useTalk();
  const said = useFar(roomId, id);
  return said === null ? <span>{t("talk.earlier")}</span> : <Short said={said} />;
}

function Short({ said }: { said: Said }) {
  const { t } = useQuickWords();
  const { nameOf } = useTalk();
  return (
    <>
      <strong className="clip">{nameOf(said.sender)}</strong>
      <span className="clip">{lineOf(said, t)}</span>
    </>
  );
}
