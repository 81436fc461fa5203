import { Bell, BellOff, EyeOff, LogOut, type LucideIcon, Mail, MailOpen, Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { Chat } from "../../model/chatList";
import { useClient } from "../../shell/client";
import { wordsFor } from "../../shell/words";
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
  const [wrong, setWrong] = useState<string | null>(null);
  const room = client.getRoom(chat.roomId);
  if (room === null) return null;

  /** Close when it is done; where it cannot be done, say so. */
  function run(doing: Promise<unknown>): void {
    setWrong(null);
    doing.then(onClose, (error: unknown) => setWrong(wordsFor(error, t)));
  }

  if (isLeaving) {
    return (
      <>
        <p className="muted">{t("chatmenu.leave_hint")}</p>
        <Wrong text={wrong} />
        <Button className="button danger" autoFocus onPress={() => run(client.leave(chat.roomId))}>
          {t("chatmenu.leave")}
        </Button>
        <Button className="button" onPress={onClose}>
          {t("talk.cancel")}
        </Button>
      </>
    );
  }
  const isUnread = chat.unread > 0 || chat.marked;
  return (
    <div className="actions">
      <Item icon={chat.pinned ? PinOff : Pin} onPress={() => run(pin(client, room, !chat.pinned))}>
        {t(chat.pinned ? "chatmenu.unpin" : "chatmenu.pin")}
      </Item>
      <Item icon={chat.muted ? Bell : BellOff} onPress={() => run(mute(client, room, !chat.muted))}>
        {t(chat.muted ? "chatmenu.unmute" : "chatmenu.mute")}
      </Item>
      <Item
        icon={isUnread ? MailOpen : Mail}
        onPress={() => run(isUnread ? markRead(client, room) : markUnread(client, room, true))}
      >
        {t(isUnread ? "chatmenu.read" : "chatmenu.unread")}
      </Item>
      <Item icon={EyeOff} onPress={() => run(hide(client, room, Math.max(chat.at, 1)))}>
        {t("chatmenu.hide")}
      </Item>
      <Item icon={LogOut} isDangerous onPress={() => setLeaving(true)}>
        {t("chatmenu.leave")}
      </Item>
      <Wrong text={wrong} />
    </div>
  );
}

interface ItemProps {
  icon: LucideIcon;
  isDangerous?: boolean;
  onPress: () => void;
  children: string;
}

function Item({ icon: Icon, isDangerous, onPress, children }: ItemProps) {
  return (
    <Button className={isDangerous ? "action danger" : "action"} onPress={onPress}>
      <Icon size={20} aria-hidden />
      {children}
    </Button>
  );
}
