import { Phone, Video } from "lucide-react";
import { useTranslation } from "react-i18next";
import { PopMenu } from "../../widgets/PopMenu";
import { usePartner, usePlace } from "./usePartner";

/** In the bar above a conversation of two: call the other one. */
export function CallTool({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const partner = usePartner(roomId);
  const place = usePlace();
  if (partner === null) return null;
  return (
    <PopMenu
      label={t("calls.call")}
      icon={Phone}
      actions={[
        { label: t("calls.voice"), icon: Phone, onAction: () => place(roomId, partner, false) },
        { label: t("calls.video"), icon: Video, onAction: () => place(roomId, partner, true) },
      ]}
    />
  );
}
