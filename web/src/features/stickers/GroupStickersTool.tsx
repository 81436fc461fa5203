import { Sticker } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";

/** From a group's page to its packs. */
export function GroupStickersTool({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  return (
    <Button className="button" onPress={() => go(`/chats/${encodeURIComponent(roomId)}/stickers`)}>
      <Sticker size={20} aria-hidden /> {t("stickers.of_group")}
    </Button>
  );
}
