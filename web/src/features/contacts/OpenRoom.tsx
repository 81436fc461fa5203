import "./contacts.css";
import { LockOpen } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useIsOpen } from "../../shell/sealing";

/** Say of a room that is not encrypted that it is not, once that is certain; else nothing. */
export function OpenRoom({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  if (!useIsOpen(roomId)) return null;
  return (
    <p className="open-room">
      <LockOpen size={16} aria-hidden />
      {t("contacts.open_room")}
    </p>
  );
}
