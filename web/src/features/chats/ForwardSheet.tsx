import { Check } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { forwarded } from "../../model/compose";
import { plain } from "../../model/mentions";
import type { Said } from "../../model/said";
import { useClient } from "../../shell/client";
import { Avatar } from "../../widgets/Avatar";
import { Field } from "../../widgets/Field";
import { Sheet } from "../../widgets/Sheet";
import { useChats } from "./useChats";

interface ForwardSheetProps {
  said: Said | null;
  onClose: () => void;
}

/** Say a message again in other chats: a press on each. */
export function ForwardSheet({ said, onClose }: ForwardSheetProps) {
  const { t } = useTranslation();
  return (
    <Sheet title={t("talk.forward_to")} isOpen={said !== null} onClose={onClose}>
      {said !== null && <Choose key={said.id} said={said} />}
      <Button className="button" onPress={onClose}>
        {t("talk.close")}
      </Button>
    </Sheet>
  );
}

function Choose({ said }: { said: Said }) {
  const { t } = useTranslation();
  const client = useClient();
  const chats = useChats().filter(({ invited }) => !invited);
  const [query, setQuery] = useState("");
  const [sentTo, setSentTo] = useState<readonly string[]>([]);
  const shown = chats.filter(({ name }) => plain(name).includes(plain(query)));

  function send(roomId: string): void {
    setSentTo([...sentTo, roomId]);
    // What does not arrive stays in that conversation, marked.
    client.sendEvent(roomId, said.type as never, forwarded(said.content) as never).catch(() => undefined);
  }

  return (
    <>
      {chats.length > 6 && <Field label={t("talk.find_chat")} value={query} onChange={setQuery} />}
      <ul className="forward-list">
        {shown.map(({ roomId, name }) => (
          <li key={roomId}>
            <Button className="action" isDisabled={sentTo.includes(roomId)} onPress={() => send(roomId)}>
              <Avatar small id={roomId} name={name} />
              <span className="clip grows">{name}</span>
              {sentTo.includes(roomId) && <Check size={20} aria-hidden />}
            </Button>
          </li>
        ))}
      </ul>
      <p role="status" className="sr-only">
        {sentTo.length > 0 && t("talk.forwarded", { count: sentTo.length })}
      </p>
    </>
  );
}
