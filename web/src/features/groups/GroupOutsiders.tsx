import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Wrong } from "../../widgets/Wrong";
import { PersonPicture } from "../contacts/PersonPicture";
import type { PartProps } from "./GroupPage";
import type { Outsider } from "./group";

/** Who is invited and has not come yet, and who is kept out; each can be taken back by those who may. */
export function GroupOutsiders({ room, group }: PartProps) {
  const client = useClient();
  return (
    <>
      <Outsiders
        people={group.invited}
        title="groups.invited"
        undo="groups.uninvite"
        onUndo={(userId) => client.kick(room.roomId, userId)}
      />
      <Outsiders
        people={group.keptOut}
        title="groups.kept_out"
        undo="groups.let_back"
        onUndo={(userId) => client.unban(room.roomId, userId)}
      />
    </>
  );
}

interface OutsidersProps {
  people: readonly Outsider[];
  title: string;
  undo: string;
  onUndo: (userId: string) => Promise<unknown>;
}

function Outsiders({ people, title, undo, onUndo }: OutsidersProps) {
  const { t } = useTranslation();
  const { busy, wrong, attempt } = useAttempt();
  if (people.length === 0) return null;
  return (
    <section className="part">
      <h2>{t(title)}</h2>
      <Wrong text={wrong} />
      <ul className="card plain-list">
        {people.map(({ userId, name, mxc, canChange }) => (
          <li key={userId} className="people-row">
            <Link href={`/contacts/${encodeURIComponent(userId)}`} className="asker">
              <PersonPicture userId={userId} name={name} mxc={mxc} small />
              <span className="who">
                <span className="clip">{name}</span>
              </span>
            </Link>
            {canChange && (
              <BusyButton
                aria-label={t(`${undo}_name`, { name })}
                isDisabled={busy}
                onPress={() => attempt(() => onUndo(userId))}
              >
                {t(undo)}
              </BusyButton>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
