import { useState } from "react";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { named } from "../../model/stickers";
import { changePack, type Pack } from "../../protocol/stickers";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { Sheet } from "../../widgets/Sheet";
import { Wrong } from "../../widgets/Wrong";

/** Another name for a pack. */
export function NameSheet({ pack, name, onClose }: { pack: Pack; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const [next, setNext] = useState(name);
  const { busy, wrong, attempt } = useAttempt();

  async function save(): Promise<void> {
    if (await attempt(() => changePack(client, pack, (content) => named(content, next.trim())))) onClose();
  }

  return (
    <Sheet title={t("stickers.name")} isOpen onClose={onClose}>
      <Form
        className="pack-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={t("stickers.name")} value={next} onChange={setNext} maxLength={60} autoFocus />
        <Wrong text={wrong} />
        <BusyButton className="button primary" type="submit" isBusy={busy} isDisabled={next.trim() === ""}>
          {t("talk.save")}
        </BusyButton>
      </Form>
    </Sheet>
  );
}
