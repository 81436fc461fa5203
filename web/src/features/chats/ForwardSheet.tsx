import { Check, LockOpen } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { forwarded } from "../../model/compose";
import { plain } from "../../model/mentions";
import type { Said } from "../../model/said";
import { useClient } from "../../shell/client";
import { useIsOpen } from "../../shell/sealing";
import { Field } from "../../widgets/Field";
import { Sheet } from "../../widgets/Sheet";
import { ChatPicture } from "../groups/ChatPicture";
import { useChats } from "./useChats";

interface ForwardSheetProps {
  said: Said | null;
  onClose: () => void;
}

/** Say a message again in other chats: choose them, then send. */
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
  // Whoever runs the server gets nothing by a slip: an answer to them is written, not forwarded.
  const chats = useChats().filter(({ invited, isOfficial }) => !invited && !isOfficial);
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [sentTo, setSentTo] = useState<readonly string[]>([]);
  const shown = chats.filter(({ name }) => plain(name).includes(plain(query)));

  function choose(roomId: string): void {
    setChosen(chosen.includes(roomId) ? chosen.filter((one) => one !== roomId) : [...chosen, roomId]);
  }

  function send(): void {
    for (const roomId of chosen) {
      // What does not arrive stays in that conversation, marked.
      client.sendEvent(roomId, said.type as never, forwarded(said.content) as never).catch(() => undefined);
    }
    setSentTo([...sentTo, ...chosen]);
    setChosen([]);
  }

  return (
    <>
      {chats.length > 6 && <Field label={t("talk.find_chat")} value={query} onChange={setQuery} />}
      <ul className="forward-list">
        {shown.map(({ roomId, name }) => (
          <li key={roomId}>
            <Button
              className={chosen.includes(roomId) ? "action is-chosen" : "action"}
              aria-pressed={chosen.includes(roomId)}
              isDisabled={sentTo.includes(roomId)}
              onPress={() => choose(roomId)}
            >
              <ChatPicture roomId={roomId} name={name} />
              <span className="clip grows">{name}</span>
              <OpenMark roomId={roomId} />
              {(chosen.includes(roomId) || sentTo.includes(roomId)) && <Check size={20} aria-hidden />}
            </Button>
          </li>
        ))}
      </ul>
      <Button className="button primary" isDisabled={chosen.length === 0} onPress={send}>
        {t("chats.send")}
      </Button>
      <p role="status" className="sr-only">
        {sentTo.length > 0 && t("talk.forwarded", { count: sentTo.length })}
      </p>
    </>
  );
}

function OpenMark({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  return useIsOpen(roomId) && <LockOpen size={16} role="img" aria-label={t("talk.not_encrypted")} />;
}
