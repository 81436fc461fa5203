import { Images } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useClient } from "../../shell/client";
import type { BarToolProps } from "../chats/barTools";
import type { ContactToolProps } from "../contacts/contactTools";
import { directRoom } from "../contacts/people";
import type { GroupToolProps } from "../groups/groupTools";

/** In the bar above a conversation; on a phone there is more room on the chat's own page, which has it too. */
export function GalleryBarTool({ roomId }: BarToolProps) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  return (
    <Button
      className="icon-button to-gallery"
      aria-label={t("media.gallery")}
      onPress={() => go(pathOf(roomId))}
    >
      <Images size={23} aria-hidden />
    </Button>
  );
}

/** On a group's page. */
export function GalleryGroupTool({ roomId }: GroupToolProps) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  return (
    <Button className="button" onPress={() => go(pathOf(roomId))}>
      <Images size={19} aria-hidden /> {t("media.gallery")}
    </Button>
  );
}

/** On a person's page, once there is a chat with them. */
export function GalleryContactTool({ userId }: ContactToolProps) {
  const client = useClient();
  const roomId = directRoom(client, userId);
  return roomId === null ? null : <GalleryGroupTool roomId={roomId} />;
}

function pathOf(roomId: string): string {
  return `/chats/${encodeURIComponent(roomId)}/media`;
}
