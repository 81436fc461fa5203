import { Ellipsis } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useClient } from "../../shell/client";
import { isGroup, partnerIn } from "../contacts/people";

/** In the bar above a conversation: the group's page, or the other person's. */
export function AboutTool({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const room = client.getRoom(roomId);
  const partner = partnerIn(client, roomId);
  if (room === null || (partner === null && !isGroup(client, room))) return null;
  const href =
    partner === null
      ? `/chats/${encodeURIComponent(roomId)}/group`
      : `/contacts/${encodeURIComponent(partner)}`;
  return (
    <Button
      className="icon-button"
      aria-label={partner === null ? t("groups.about") : t("groups.about_person")}
      onPress={() => go(href)}
    >
      <Ellipsis size={24} aria-hidden />
    </Button>
  );
}
