import { Button } from "react-aria-components/Button";
import { useQuickWords } from "../../shell/quickWords";
import { lineOf } from "./lines";
import { useTalk } from "./talk";

/** The message that one answers, in short. It leads there. */
export function Quote({ id }: { id: string }) {
  const { t } = useQuickWords();
  const talk = useTalk();
  const said = talk.said(id);
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
