import { useTranslation } from "react-i18next";
import { CallMenu } from "./CallMenu";
import { usePartner, usePlace } from "./usePartner";

/** In the bar above a conversation of two: call the other one. */
export function CallTool({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const partner = usePartner(roomId);
  const place = usePlace();
  if (partner === null) return null;
  return <CallMenu label={t("calls.call")} onCall={(isVideo) => place(roomId, partner, isVideo)} />;
}
