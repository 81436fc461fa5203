import { useTranslation } from "react-i18next";
import { useClient } from "../../../shell/client";
import { CallEnd } from "../CallEnd";
import { groupDeskOf } from "./desk";
import type { GroupNow } from "./groupNow";

/** A group call that did not go as it was meant to. */
export function GroupOver({ now }: { now: GroupNow }) {
  const { t } = useTranslation();
  const client = useClient();
  const desk = groupDeskOf(client);
  return (
    <CallEnd
      name={client.getRoom(now.roomId)?.name ?? ""}
      why={t(`calls.group.over.${now.ending}`)}
      hint={t(`calls.group.over.${now.ending}_hint`)}
      again={t("calls.group.again")}
      onClose={desk.close}
      onAgain={() => void desk.join(now.roomId, now.isVideo)}
    />
  );
}
