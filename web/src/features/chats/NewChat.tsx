import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { fullId } from "../../model/userId";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { Sheet } from "../../widgets/Sheet";
import { openDirect } from "../contacts/openDirect";
import { Restricted } from "../standing/Restricted";

const OF_PEOPLE = { M_NOT_FOUND: "chats.no_such_person", M_FORBIDDEN: "contacts.not_allowed" };

/** Start a chat with one person, encrypted from its first word. */
export function NewChat({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [name, setName] = useState("");
  const { busy, wrong, attempt } = useAttempt(OF_PEOPLE);

  async function start(): Promise<void> {
    const other = fullId(name, client.getDomain() ?? "");
    await attempt(async () => {
      const roomId = await openDirect(client, other);
      onClose();
      go(`/chats/${encodeURIComponent(roomId)}`);
    });
  }

  return (
    <Sheet title={t("chats.new")} isOpen={isOpen} onClose={onClose}>
      <Restricted to={["chat.dm.initiate"]} />
      <Form
        className="field"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <Field
          label={t("chats.with")}
          hint={t("chats.with_hint")}
          wrong={wrong}
          value={name}
          onChange={setName}
          verbatim
          isRequired
          autoFocus
        />
        <BusyButton className="button primary" type="submit" isBusy={busy}>
          {t("chats.start")}
        </BusyButton>
      </Form>
    </Sheet>
  );
}
