import { ShieldAlert } from "lucide-react";
import type { Said } from "../../model/said";
import { useQuickWords } from "../../shell/quickWords";
import { useDoubt } from "./doubts";

/** A small mark on a message of which it is not certain who sent it. Old messages whose keys came from a backup have none: it would be on all. */
export function DoubtMark({ said }: { said: Said }) {
  const { t } = useQuickWords();
  const doubt = useDoubt(said);
  if (doubt === null || doubt === "unsure") return null;
  return <ShieldAlert size={13} className="doubt" role="img" aria-label={t(`talk.doubt.${doubt}`)} />;
}

/** What there is to doubt about a message, and what can be done. */
export function DoubtWords({ said }: { said: Said }) {
  const { t } = useQuickWords();
  const doubt = useDoubt(said);
  if (doubt === null) return null;
  return (
    <p className="doubt-words">
      {doubt !== "unsure" && <ShieldAlert size={16} className="doubt" aria-hidden />}
      <span>
        {t(`talk.doubt.${doubt}`)} {t(`talk.doubt.${doubt}_do`)}
      </span>
    </p>
  );
}
