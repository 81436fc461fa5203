import { ToggleButton } from "react-aria-components/ToggleButton";
import { bareSign } from "../../model/reaction";
import type { Said } from "../../model/said";
import { useQuickWords } from "../../shell/quickWords";
import { useTalk } from "./talk";

/** The signs that people put to a message. Press one to put it too, or to take it back. */
export function Reactions({ said }: { said: Said }) {
  const { t } = useQuickWords();
  const talk = useTalk();
  return (
    <div className="reactions">
      {said.reactions.map(({ key, senders, mine }) => (
        <ToggleButton
          key={bareSign(key)}
          className="reaction"
          isSelected={mine.length > 0}
          onChange={() => talk.react(said, key)}
          aria-label={t("talk.reaction", { sign: key, names: senders.map(talk.nameOf).join(", ") })}
        >
          <span aria-hidden="true">{key}</span>
          <span aria-hidden="true">{senders.length}</span>
        </ToggleButton>
      ))}
    </div>
  );
}
