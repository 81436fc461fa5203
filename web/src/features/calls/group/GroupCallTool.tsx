import { useTranslation } from "react-i18next";
import { useClient } from "../../../shell/client";
import { CallMenu } from "../CallMenu";
import { useHasCalls } from "./useCarrier";
import { useJoin } from "./useJoin";

/** In the bar above a group's conversation: call everybody in it. */
export function GroupCallTool({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const room = useClient().getRoom(roomId);
  const join = useJoin();
  if (!useHasCalls(room)) return null;
  return <CallMenu label={t("calls.group.call")} onCall={(isVideo) => join(roomId, isVideo)} />;
}
