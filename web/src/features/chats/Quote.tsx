import { Button } from "react-aria-components/Button";
import { useQuickWords } from "../../shell/quickWords";
import { lineOf } from "./lines";
import { useTalk } from "./talk";
import { useFar } from "./useFar";

/** The message that one answers, in short. It leads there. */
export function Quote({ id }: { id: string }) {
  const { t } = useQuickWords();
  const talk = useTalk();
  const near = talk.said(id);
  const far = useFar(talk.roomId, id, near === null);
  const said = near ?? far;
  return (
    <Button className="quote" onPress={() => talk.jumpTo(id)} aria-label={t("talk.to_answered")}>
      {said === null ? (
        <span>{t("talk.earlier")}</span>
      ) : (
        <>
          <strong className="clip">{talk.nameOf(said.sender)}</strong>
          <span className="clip">{lineOf(said, t)}</span>
        </>
      )}
    </Button>
  );
}
