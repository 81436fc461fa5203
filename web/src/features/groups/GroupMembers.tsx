import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { byRole, roleOf } from "../../model/group";
import { PersonPicture } from "../contacts/PersonPicture";
import type { PartProps } from "./GroupPage";
import type { GroupMember } from "./group";
import { MemberSheet } from "./MemberSheet";

const FIRST = 20;

/** Who is in a group, and as what. */
export function GroupMembers({ room, group }: PartProps) {
  const { t, i18n } = useTranslation();
  const [, go] = useLocation();
  const [isWhole, setWhole] = useState(false);
  const [chosen, setChosen] = useState<GroupMember | null>(null);
  const sorted = byRole(group.members, i18n.language);
  const shown = isWhole ? sorted : sorted.slice(0, FIRST);

  return (
    <section className="part">
      <h2>{t("groups.members")}</h2>
      <ul className="card plain-list">
        {shown.map((member) => (
          <li key={member.userId}>
            <Button
              className="people-row member"
              onPress={() =>
                member.isMe ? go(`/contacts/${encodeURIComponent(member.userId)}`) : setChosen(member)
              }
            >
              <PersonPicture userId={member.userId} name={member.name} mxc={member.mxc} small />
              <span className="who">
                <span className="clip">{member.isMe ? t("chats.you") : member.name}</span>
              </span>
              <span className="muted">{t(`groups.role_${roleOf(member.power)}`)}</span>
              <ChevronRight size={18} aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
      {sorted.length > shown.length && (
        <Button className="button plain" onPress={() => setWhole(true)}>
          {t("groups.all_members", { count: sorted.length })}
        </Button>
      )}
      {chosen !== null && (
        <MemberSheet room={room} group={group} member={chosen} onClose={() => setChosen(null)} />
      )}
    </section>
  );
}
