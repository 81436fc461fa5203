import "./reading.css";
import { useTranslation } from "react-i18next";
import type { Reader } from "../../model/readers";
import type { Said } from "../../model/said";
import type { Named } from "../../model/text";
import { longTime } from "../../shell/moments";
import { Sheet } from "../../widgets/Sheet";
import { PersonPicture } from "../contacts/PersonPicture";
import { lineOf } from "./lines";
import { useTalk } from "./talk";

interface ReadersSheetProps {
  said: Said | null;
  /** Everybody else who is here. */
  others: readonly Named[];
  onClose: () => void;
}

/** Who has read a message of one's own, and of whom it is not known. */
export function ReadersSheet({ said, others, onClose }: ReadersSheetProps) {
  const { t } = useTranslation();
  return (
    <Sheet title={t("reading.title")} isOpen={said !== null} onClose={onClose}>
      {said !== null && (
        <>
          <p className="muted clip">{lineOf(said, t)}</p>
          <Lists said={said} others={others} />
        </>
      )}
    </Sheet>
  );
}

function Lists({ said, others }: { said: Said; others: readonly Named[] }) {
  const { t, i18n } = useTranslation();
  const talk = useTalk();
  const readers = talk.allReaders(said);
  const rest = others.filter(({ userId }) => !readers.some((one) => one.userId === userId));
  return (
    <>
      <section className="readers" aria-label={t("talk.read", { count: readers.length })}>
        <h3>{t("talk.read", { count: readers.length })}</h3>
        <ul className="plain-list">
          {readers.map(({ userId, at }: Reader) => (
            <li key={userId}>
              <talk.Face userId={userId} name={talk.nameOf(userId)} />
              <span className="clip grows">{talk.nameOf(userId)}</span>
              {at !== null && (
                <time dateTime={new Date(at).toISOString()}>{longTime(at, i18n.language)}</time>
              )}
            </li>
          ))}
        </ul>
        <p className="muted">{t("reading.latest")}</p>
      </section>
      {rest.length > 0 && (
        <section className="readers" aria-label={t("reading.not_known")}>
          <h3>{t("reading.not_known")}</h3>
          <ul className="plain-list">
            {rest.map(({ userId, name }) => (
              <li key={userId}>
                <PersonPicture small userId={userId} name={name} />
                <span className="clip grows">{name}</span>
              </li>
            ))}
          </ul>
          <p className="muted">{t("reading.hidden")}</p>
        </section>
      )}
    </>
  );
}
