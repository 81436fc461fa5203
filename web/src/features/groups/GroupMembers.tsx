import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { byRole, ROLES, roleOf } from "../../model/group";
import { useClient } from "../../shell/client";
import { type Action, ActionSheet } from "../../widgets/ActionSheet";
import { Wrong } from "../../widgets/Wrong";
import { PersonPicture } from "../contacts/PersonPicture";
import type { PartProps } from "./GroupPage";
import { type GroupMember, setRole } from "./group";
import { useInOrder } from "./useWish";

const FIRST = 20;

/** Who is in a group, and as what. */
export function GroupMembers({ room, group }: PartProps) {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [isWhole, setWhole] = useState(false);
  const [chosen, setChosen] = useState<GroupMember | null>(null);
  const { wrong, next } = useInOrder();
  const sorted = byRole(group.members, i18n.language);
  const shown = isWhole ? sorted : sorted.slice(0, FIRST);

  function actionsOn(member: GroupMember): Action[] {
    const page = {
      label: t("groups.see_person"),
      onAction: () => go(`/contacts/${encodeURIComponent(member.userId)}`),
    };
    const roles = ROLES.filter((role) => member.canChange && role !== roleOf(member.power)).map((role) => ({
      label: t(`groups.make_${role}`),
      onAction: () => void next(() => setRole(client, room, member.userId, role)),
    }));
    const removal = {
      label: t("groups.remove"),
      isDanger: true,
      onAction: () => void next(() => client.kick(room.roomId, member.userId)),
    };
    const ban = {
      label: t("groups.keep_out"),
      isDanger: true,
      onAction: () => void next(() => client.ban(room.roomId, member.userId)),
    };
    return [page, ...roles, ...(member.canRemove ? [removal] : []), ...(member.canKeepOut ? [ban] : [])];
  }

  return (
    <section className="part">
      <h2>{t("groups.members")}</h2>
      <Wrong text={wrong} />
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
        <ActionSheet title={chosen.name} isOpen onClose={() => setChosen(null)} actions={actionsOn(chosen)} />
      )}
    </section>
  );
}
