import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { powerOf, ROLES, type Role, roleOf } from "../../model/group";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { ActionButton } from "../../widgets/ActionButton";
import { BusyButton } from "../../widgets/BusyButton";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";
import type { PartProps } from "./GroupPage";
import { type GroupMember, setRole } from "./group";

/** What is asked about first: it takes somebody out, or cannot be taken back. */
type Question = "make_owner" | "remove" | "keep_out";

/** What can be done about somebody in the group. */
export function MemberSheet({
  room,
  group,
  member,
  onClose,
}: PartProps & { member: GroupMember; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [question, setQuestion] = useState<Question | null>(null);
  const { busy, wrong, setWrong, attempt } = useAttempt();
  const { userId, name } = member;
  const me = group.members.find((one) => one.isMe);

  const make = (role: Role) => setRole(client, room, userId, role);
  const answers: Record<Question, () => Promise<unknown>> = {
    make_owner: () => make("owner"),
    remove: () => client.kick(room.roomId, userId),
    keep_out: () => client.ban(room.roomId, userId),
  };

  /** Close when it is done; where it cannot be done, say so. */
  async function run(deed: () => Promise<unknown>): Promise<void> {
    if (await attempt(deed)) onClose();
  }

  function ask(what: Question): void {
    setWrong(null);
    setQuestion(what);
  }

  if (question !== null) {
    // Nobody changes those who stand as high as they do themselves.
    const isForGood = question === "make_owner" && (me?.power ?? 0) <= powerOf("owner");
    return (
      <Sheet title={t(`groups.${question}_title`, { name })} isOpen onClose={onClose} asks>
        <p>{t(`groups.${question}_hint`, { name })}</p>
        {isForGood && <p className="wrong">{t("groups.for_good")}</p>}
        <Wrong text={wrong} />
        <BusyButton className="button danger" onPress={() => run(answers[question])}>
          {t(`groups.${question}`)}
        </BusyButton>
        <Button className="button" onPress={onClose} autoFocus>
          {t("me.cancel")}
        </Button>
      </Sheet>
    );
  }
  return (
    <Sheet title={name} isOpen onClose={onClose}>
      <div className="actions">
        <ActionButton
          label={t("groups.see_person")}
          isDisabled={busy}
          onPress={() => {
            onClose();
            go(`/contacts/${encodeURIComponent(userId)}`);
          }}
        />
        {ROLES.filter((role) => member.canChange && role !== roleOf(member.power)).map((role) => (
          <ActionButton
            key={role}
            label={t(`groups.make_${role}`)}
            isDisabled={busy}
            onPress={() => (role === "owner" ? ask("make_owner") : run(() => make(role)))}
          />
        ))}
        {member.canRemove && (
          <ActionButton label={t("groups.remove")} isDanger isDisabled={busy} onPress={() => ask("remove")} />
        )}
        {member.canKeepOut && (
          <ActionButton
            label={t("groups.keep_out")}
            isDanger
            isDisabled={busy}
            onPress={() => ask("keep_out")}
          />
        )}
        <Wrong text={wrong} />
      </div>
    </Sheet>
  );
}
