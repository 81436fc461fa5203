import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { signOutDevices } from "../../protocol/account";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { Sheet } from "../../widgets/Sheet";

interface SignOutDevicesProps {
  devices: readonly string[];
  onClose: () => void;
  onDone: () => void;
}

/** Sign out on other devices: with the password, because whoever holds a device could do it otherwise. */
export function SignOutDevices({ devices, onClose, onDone }: SignOutDevicesProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [password, setPassword] = useState("");
  const { busy, wrong, attempt } = useAttempt({ M_FORBIDDEN: "errors.password_wrong" });

  async function end(): Promise<void> {
    if (await attempt(() => signOutDevices(client, password, devices))) onDone();
  }

  return (
    <Sheet title={t("devices.end_title", { count: devices.length })} isOpen onClose={onClose} asks>
      <p>{t("devices.end_hint")}</p>
      <Form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void end();
        }}
      >
        <Field
          label={t("account.password")}
          type="password"
          wrong={wrong}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          isRequired
          autoFocus
        />
        <BusyButton className="button danger" type="submit" isBusy={busy}>
          {t("devices.end")}
        </BusyButton>
      </Form>
      <Button className="button" onPress={onClose}>
        {t("me.cancel")}
      </Button>
    </Sheet>
  );
}
