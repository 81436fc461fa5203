import { Phone, Video } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLineTo, usePlace } from "./usePartner";

/** On somebody's page: call them, when one chats with them. */
export function CallPersonTool({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const roomId = useLineTo(userId);
  const place = usePlace();
  if (roomId === null) return null;
  return (
    <>
      <Button className="button" onPress={() => place(roomId, userId, false)}>
        <Phone size={19} aria-hidden /> {t("calls.voice")}
      </Button>
      <Button className="button" onPress={() => place(roomId, userId, true)}>
        <Video size={20} aria-hidden /> {t("calls.video")}
      </Button>
    </>
  );
}
