import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";
import { Restricted } from "../standing/Restricted";
import type { PartProps } from "./GroupPage";
import { inviteAll, uninvitedWords } from "./invite";
import { PickPeople } from "./PickPeople";

/** Invite some of one's contacts into a group. */
export function AddPeople({ room, group, onClose }: PartProps & { onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const { wrong, setWrong, attempt } = useAttempt();
  // Who is invited already is not invited again, and who is kept out would be refused.
  const known = [...group.members, ...group.invited, ...group.keptOut];
  const there = new Set(known.map((one) => one.userId));

  // Somebody else may have brought them in since they were picked: then they are not shown any more.
  const meant = [...picked].filter((userId) => !there.has(userId));

  async function invite(): Promise<void> {
    await attempt(async () => {
      // Whoever is invited is done with: a second try must not invite them again.
      const left = await inviteAll(client, room.roomId, meant, (userId) =>
        setPicked((before) => new Set([...before].filter((one) => one !== userId))),
      );
      if (left.length === 0) onClose();
      else setWrong(uninvitedWords(client, left, t, i18n.language));
    });
  }

  return (
    <Sheet title={t("groups.add")} isOpen onClose={onClose}>
      <Restricted to={["chat.group.invite"]} />
      <PickPeople picked={picked} onPicked={setPicked} without={there} />
      <Wrong text={wrong} />
      <BusyButton className="button primary" isDisabled={meant.length === 0} onPress={invite}>
        {t("groups.invite")}
      </BusyButton>
    </Sheet>
  );
}
