import { useTranslation } from "react-i18next";
import { useClient } from "../../../shell/client";
import { SmallCall } from "../SmallCall";
import { groupDeskOf } from "./desk";
import type { GroupNow } from "./groupNow";

/** A group call, drawn in. */
export function GroupBar({ now }: { now: GroupNow }) {
  const { t } = useTranslation();
  const client = useClient();
  const name = client.getRoom(now.roomId)?.name ?? "";
  const label = t("calls.group.bar", { name });
  return (
    <SmallCall label={label} name={name} phase={now.phase} since={now.since} desk={groupDeskOf(client)} />
  );
}
