import { LogOut } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { roleOf } from "../../model/group";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";
import type { PartProps } from "./GroupPage";
import { GROUP_TOOLS } from "./groupTools";

/** The way out, always open; and what else can be done about a group. */
export function LeaveGroup({ room, group }: PartProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [isAsking, setAsking] = useState(false);
  const { wrong, attempt } = useAttempt();
  const owners = group.members.filter((member) => roleOf(member.power) === "owner");
  const isLastOwner = group.members.length > 1 && owners.length === 1 && owners[0]?.isMe === true;

  async function leave(): Promise<void> {
    if (await attempt(() => client.leave(room.roomId))) go("/chats");
  }

  return (
    <>
      <div className="card endings">
        {GROUP_TOOLS.map((Tool) => (
          <Tool key={Tool.displayName ?? Tool.name} roomId={room.roomId} />
        ))}
        <Button className="button danger-words" onPress={() => setAsking(true)}>
          <LogOut size={18} aria-hidden /> {t("groups.leave")}
        </Button>
      </div>
      <Sheet
        title={t("groups.leave_title", { name: group.name })}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        asks
      >
        <p>{t("groups.leave_hint")}</p>
        {isLastOwner && <p className="wrong">{t("groups.last_owner")}</p>}
        <Wrong text={wrong} />
        <BusyButton className="button danger" onPress={leave}>
          {t("groups.leave")}
        </BusyButton>
        <Button className="button" onPress={() => setAsking(false)} autoFocus>
          {t("me.cancel")}
        </Button>
      </Sheet>
    </>
  );
}
