import { Bell, BellOff, EyeOff, LogOut, Mail, MailOpen, Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { Chat } from "../../model/chatList";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { ActionButton } from "../../widgets/ActionButton";
import { BusyButton } from "../../widgets/BusyButton";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";
import { hide, markUnread, mute, pin } from "./roomMarks";
import { markRead } from "./useReading";

interface ChatMenuProps {
  chat: Chat | null;
  onClose: () => void;
}

/** What can be done with a chat from the list. All but leaving changes only how one sees it oneself. */
export function ChatMenu({ chat, onClose }: ChatMenuProps) {
  return (
    <Sheet title={chat?.name ?? ""} isOpen={chat !== null} onClose={onClose}>
      {chat !== null && <Menu chat={chat} onClose={onClose} />}
    </Sheet>
  );
}

function Menu({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const [isLeaving, setLeaving] = useState(false);
  const { busy, wrong, attempt } = useAttempt({});
  const room = client.getRoom(chat.roomId);
  if (room === null) return null;

  /** Close when it is done; where it cannot be done, say so. */
  async function run(deed: () => Promise<unknown>): Promise<void> {
    if (await attempt(deed)) onClose();
  }

  if (isLeaving) {
    return (
      <>
        <p className="muted">{t("chatmenu.leave_hint")}</p>
        <Wrong text={wrong} />
        <BusyButton className="button danger" autoFocus onPress={() => run(() => client.leave(chat.roomId))}>
          {t("chatmenu.leave")}
        </BusyButton>
        <Button className="button" onPress={onClose}>
          {t("talk.cancel")}
        </Button>
      </>
    );
  }
  const isUnread = chat.unread > 0 || chat.marked;
  return (
    <div className="actions">
      <ActionButton
        icon={chat.pinned ? PinOff : Pin}
        label={t(chat.pinned ? "chatmenu.unpin" : "chatmenu.pin")}
        isDisabled={busy}
        onPress={() => run(() => pin(client, room, !chat.pinned))}
      />
      <ActionButton
        icon={chat.muted ? Bell : BellOff}
        label={t(chat.muted ? "chatmenu.unmute" : "chatmenu.mute")}
        isDisabled={busy}
        onPress={() => run(() => mute(client, room, !chat.muted))}
      />
      <ActionButton
        icon={isUnread ? MailOpen : Mail}
        label={t(isUnread ? "chatmenu.read" : "chatmenu.unread")}
        isDisabled={busy}
        onPress={() => run(() => (isUnread ? markRead(client, room) : markUnread(client, room, true)))}
      />
      <ActionButton
        icon={EyeOff}
        label={t("chatmenu.hide")}
        isDisabled={busy}
        onPress={() => run(() => hide(client, room, Math.max(chat.at, 1)))}
      />
      <ActionButton
        icon={LogOut}
        isDanger
        label={t("chatmenu.leave")}
        isDisabled={busy}
        onPress={() => setLeaving(true)}
      />
      <Wrong text={wrong} />
    </div>
  );
}
