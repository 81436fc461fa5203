import { Bell, BellOff, EyeOff, LogOut, Mail, MailOpen, Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { Chat } from "../../model/chatList";
import { useClient } from "../../shell/client";
import { wordsFor } from "../../shell/words";
import { ActionButton } from "../../widgets/ActionButton";
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
      <ActionButton
        icon={chat.pinned ? PinOff : Pin}
        label={t(chat.pinned ? "chatmenu.unpin" : "chatmenu.pin")}
        onPress={() => run(pin(client, room, !chat.pinned))}
      />
      <ActionButton
        icon={chat.muted ? Bell : BellOff}
        label={t(chat.muted ? "chatmenu.unmute" : "chatmenu.mute")}
        onPress={() => run(mute(client, room, !chat.muted))}
      />
      <ActionButton
        icon={isUnread ? MailOpen : Mail}
        label={t(isUnread ? "chatmenu.read" : "chatmenu.unread")}
        onPress={() => run(isUnread ? markRead(client, room) : markUnread(client, room, true))}
      />
      <ActionButton
        icon={EyeOff}
        label={t("chatmenu.hide")}
        onPress={() => run(hide(client, room, Math.max(chat.at, 1)))}
      />
      <ActionButton icon={LogOut} isDanger label={t("chatmenu.leave")} onPress={() => setLeaving(true)} />
      <Wrong text={wrong} />
    </div>
  );
}
