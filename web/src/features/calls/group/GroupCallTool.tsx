import { Phone, Video } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useClient } from "../../../shell/client";
import { PopMenu } from "../../../widgets/PopMenu";
import { useHasCalls } from "./useCarrier";
import { useJoin } from "./useJoin";

/** In the bar above a group's conversation: call everybody in it. */
export function GroupCallTool({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const room = useClient().getRoom(roomId);
  const join = useJoin();
  if (!useHasCalls(room)) return null;
  return (
    <PopMenu
      label={t("calls.group.call")}
      icon={Phone}
      actions={[
        { label: t("calls.voice"), icon: Phone, onAction: () => join(roomId, false) },
        { label: t("calls.video"), icon: Video, onAction: () => join(roomId, true) },
      ]}
    />
  );
}
