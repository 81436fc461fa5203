import { useTranslation } from "react-i18next";
import type { Poll, Tally } from "../../../model/poll";
import { Sheet } from "../../../widgets/Sheet";
import { useTalk } from "../talk";

interface VotersSheetProps {
  poll: Poll;
  tally: Tally;
  isOpen: boolean;
  onClose: () => void;
}

/** Who chose what, in a poll where that is open. */
export function VotersSheet({ poll, tally, isOpen, onClose }: VotersSheetProps) {
  const { t } = useTranslation();
  const { nameOf, Face } = useTalk();
  return (
    <Sheet title={t("poll.who")} isOpen={isOpen} onClose={onClose}>
      {poll.answers.map(({ id, text }) => {
        const voters = tally.voters.get(id) ?? [];
        return (
          <section key={id} className="voters" aria-label={text}>
            <h3>{text}</h3>
            {voters.length === 0 && <p className="muted">{t("poll.nobody")}</p>}
            <ul className="plain-list">
              {voters.map((userId) => (
                <li key={userId}>
                  <Face userId={userId} name={nameOf(userId)} />
                  <span className="clip">{nameOf(userId)}</span>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </Sheet>
  );
}
