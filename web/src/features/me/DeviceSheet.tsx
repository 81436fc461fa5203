import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { Device } from "../../model/devices";
import { useClient } from "../../shell/client";
import { wordsFor } from "../../shell/words";
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
  const [wrong, setWrong] = useState<string | null>(null);

  async function rename(): Promise<void> {
    try {
      await client.setDeviceDetails(device.id, { display_name: name.trim() });
      onChanged();
      onClose();
    } catch (error) {
      setWrong(wordsFor(error, t));
    }
  }

  async function confirm(): Promise<void> {
    if (device.isThis || keys?.isVerified !== true) {
      go("/me/recovery");
      return;
    }
    try {
      await verify(device.id);
      onClose();
    } catch (error) {
      setWrong(wordsFor(error, t));
    }
  }

  return (
    <Sheet title={device.name} isOpen onClose={onClose}>
      {!device.isVerified && (
        <>
          <p>{t(device.isThis ? "devices.unverified_this" : "devices.unverified_other")}</p>
          <Button className="button primary" onPress={() => void confirm()}>
            {t("devices.verify")}
          </Button>
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
        <Button className="button" type="submit">
          {t("me.save")}
        </Button>
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
