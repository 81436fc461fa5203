import { useTranslation } from "react-i18next";
import { EVERYBODY } from "../../model/mentions";
import type { Named } from "../../model/text";
import { PersonPicture } from "../contacts/PersonPicture";

export function optionId(listId: string, index: number): string {
  return `${listId}-${index}`;
}

interface MentionListProps {
  id: string;
  people: readonly Named[];
  at: number;
  onChoose: (person: Named) => void;
}

/** Who may be meant by "@". The text field keeps the focus and says which one is chosen. */
export function MentionList({ id, people, at, onChoose }: MentionListProps) {
  const { t } = useTranslation();
  return (
    <div className="mentions" role="listbox" id={id} aria-label={t("talk.mention")} tabIndex={-1}>
      {people.map((person, index) => (
        // The text field hears the keys for the whole list.
        // biome-ignore lint/a11y/useKeyWithClickEvents: see above
        // biome-ignore lint/a11y/useFocusableInteractive: see above
        <div
          key={person.userId}
          id={optionId(id, index)}
          role="option"
          aria-selected={index === at}
          className={index === at ? "option at" : "option"}
          // A press would take the focus, and with it the keyboard of a phone.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(person)}
        >
          <PersonPicture small userId={person.userId} name={person.name} />
          <span className="clip">{person.name}</span>
          <span className="muted clip">
            {person.userId === EVERYBODY ? t("talk.everybody_hint") : person.userId}
          </span>
        </div>
      ))}
    </div>
  );
}
