import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";
import type { PartProps } from "./GroupPage";

/** Another name, or another sentence about what the group is for. */
export function RenameSheet({ room, group, onClose }: PartProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  // As they were when this was opened, or last saved here: what somebody else changes meanwhile was not changed here.
  const [before, setBefore] = useState({ name: group.name, topic: group.topic });
  const [name, setName] = useState(before.name);
  const [topic, setTopic] = useState(before.topic);
  const { busy, wrong, attempt } = useAttempt();

  async function save(): Promise<void> {
    const done = await attempt(async () => {
      const now = { name: name.trim(), topic: topic.trim() };
      if (now.name !== before.name) await client.setRoomName(room.roomId, now.name);
      // If the other one fails, this one is done with.
      setBefore((so) => ({ ...so, name: now.name }));
      if (now.topic !== before.topic) await client.setRoomTopic(room.roomId, now.topic);
    });
    if (done) onClose();
  }

  return (
    <Sheet title={t("groups.rename")} isOpen onClose={onClose}>
      <Form
        className="field"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {group.can.name && (
          <Field
            label={t("groups.name")}
            value={name}
            onChange={setName}
            maxLength={80}
            isRequired
            autoFocus
          />
        )}
        {group.can.topic && (
          <Field
            label={t("groups.topic")}
            hint={t("groups.topic_hint")}
            value={topic}
            onChange={setTopic}
            maxLength={300}
          />
        )}
        <Wrong text={wrong} />
        <BusyButton className="button primary" type="submit" isBusy={busy} isDisabled={name.trim() === ""}>
          {t("contacts.save")}
        </BusyButton>
      </Form>
    </Sheet>
  );
}
