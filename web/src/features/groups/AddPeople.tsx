import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";
import { Restricted } from "../standing/Restricted";
import type { PartProps } from "./GroupPage";
import { PickPeople } from "./PickPeople";

/** Invite some of one's contacts into a group. */
export function AddPeople({ room, group, onClose }: PartProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const { wrong, attempt } = useAttempt();
  // Who is invited already is not invited again, and who is kept out would be refused.
  const known = [...group.members, ...group.invited, ...group.keptOut];
  const there = new Set(known.map((one) => one.userId));

  async function invite(): Promise<void> {
    const done = await attempt(async () => {
      for (const userId of picked) {
        await client.invite(room.roomId, userId);
        // Whoever is invited is done with: a second try must not invite them again.
        setPicked((before) => new Set([...before].filter((one) => one !== userId)));
      }
    });
    if (done) onClose();
  }

  return (
    <Sheet title={t("groups.add")} isOpen onClose={onClose}>
      <Restricted to={["chat.group.invite"]} />
      <PickPeople picked={picked} onPicked={setPicked} without={there} />
      <Wrong text={wrong} />
      <BusyButton className="button primary" isDisabled={picked.size === 0} onPress={invite}>
        {t("groups.invite")}
      </BusyButton>
    </Sheet>
  );
}
