import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { Device } from "../../model/devices";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { Sheet } from "../../widgets/Sheet";
import { useKeys } from "../keys/useKeys";
import { useVerify } from "../keys/Verifications";

interface DeviceSheetProps {
  device: Device;
  onClose: () => void;
  onChanged: () => void;
  onEnd: () => void;
}

/** One device: its name, whether it is confirmed, and its end. */
export function DeviceSheet({ device, onClose, onChanged, onEnd }: DeviceSheetProps) {
  const { t } = useTranslation();
  const client = useClient();
  const verify = useVerify();
  const keys = useKeys();
  const [, go] = useLocation();
  const [name, setName] = useState(device.name);
  const { busy, wrong, attempt } = useAttempt({});
  const [isConfirming, setConfirming] = useState(false);

  async function rename(): Promise<void> {
    const details = { display_name: name.trim() };
    if (!(await attempt(() => client.setDeviceDetails(device.id, details)))) return;
    onChanged();
    onClose();
  }

  async function confirm(): Promise<void> {
    if (device.isThis || keys?.isVerified !== true) {
      go("/me/recovery");
      return;
    }
    setConfirming(true);
    const isDone = await attempt(() => verify(device.id));
    setConfirming(false);
    if (isDone) onClose();
  }

  return (
    <Sheet title={device.name} isOpen onClose={onClose}>
      {!device.isVerified && (
        <>
          <p>{t(device.isThis ? "devices.unverified_this" : "devices.unverified_other")}</p>
          <BusyButton className="button primary" isDisabled={busy} onPress={confirm}>
            {t("devices.verify")}
          </BusyButton>
        </>
      )}
      <Form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void rename();
        }}
      >
        <Field
          label={t("devices.name")}
          hint={t("devices.name_hint")}
          wrong={wrong}
          value={name}
          onChange={setName}
          maxLength={100}
          isRequired
        />
        <BusyButton type="submit" isBusy={busy && !isConfirming} isDisabled={busy}>
          {t("me.save")}
        </BusyButton>
      </Form>
      {!device.isThis && (
        <Button className="button danger" onPress={onEnd}>
          {t("devices.end")}
        </Button>
      )}
      <Button className="button plain" onPress={onClose}>
        {t("me.cancel")}
      </Button>
    </Sheet>
  );
}
