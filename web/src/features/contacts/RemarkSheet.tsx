import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import type { Contact } from "../../model/contacts";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";
import { remark } from "./people";

/** One's own name and tags for somebody. They never see them. */
export function RemarkSheet({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const [words, setWords] = useState(contact.remark);
  const [tags, setTags] = useState(contact.tags.join(", "));
  const { busy, wrong, attempt } = useAttempt();

  async function save(): Promise<void> {
    if (await attempt(() => remark(client, contact.userId, words, tags.split(/[,，、]/)))) onClose();
  }

  return (
    <Sheet title={t("contacts.remark_and_tags")} isOpen onClose={onClose}>
      <Form
        className="field"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          label={t("contacts.remark")}
          hint={t("contacts.remark_hint")}
          value={words}
          onChange={setWords}
          maxLength={60}
          autoFocus
        />
        <Field
          label={t("contacts.tags")}
          hint={t("contacts.tags_hint")}
          value={tags}
          onChange={setTags}
          maxLength={200}
        />
        <Wrong text={wrong} />
        <BusyButton className="button primary" type="submit" isBusy={busy}>
          {t("contacts.save")}
        </BusyButton>
      </Form>
    </Sheet>
  );
}
