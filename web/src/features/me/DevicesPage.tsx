import "./me.css";
import { useQuery } from "@tanstack/react-query";
import { Monitor, ShieldAlert, ShieldCheck, Smartphone } from "lucide-react";
import type { MatrixClient } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { type Device, devicesInOrder } from "../../model/devices";
import { useClient } from "../../shell/client";
import { Failure } from "../../shell/Failure";
import { localeOf } from "../../shell/i18n";
import type { PageProps } from "../../shell/routes";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { DeviceSheet } from "./DeviceSheet";
import { SignOutDevices } from "./SignOutDevices";

async function devicesOf(client: MatrixClient): Promise<Device[]> {
  const user = client.getSafeUserId();
  const { devices } = await client.getDevices();
  const crypto = client.getCrypto();
  const listed = devices.map(async ({ device_id: id, display_name: name, last_seen_ts: seenAt }) => ({
    id,
    name: name || id,
    seenAt: seenAt ?? null,
    isVerified: (await crypto?.getDeviceVerificationStatus(user, id))?.crossSigningVerified ?? false,
    isThis: id === client.getDeviceId(),
  }));
  return devicesInOrder(await Promise.all(listed));
}

/** Every device that is signed in to this account, and the way to sign it out. */
export function DevicesPage(_: PageProps) {
  const { t } = useTranslation();
  const client = useClient();
  const { data, error, refetch } = useQuery({ queryKey: ["devices"], queryFn: () => devicesOf(client) });
  const [chosen, setChosen] = useState<string | null>(null);
  const [isEnding, setEnding] = useState<readonly string[] | null>(null);

  useEffect(() => {
    const again = () => void refetch();
    client.on(CryptoEvent.DevicesUpdated, again);
    client.on(CryptoEvent.UserTrustStatusChanged, again);
    return () => {
      client.off(CryptoEvent.DevicesUpdated, again);
      client.off(CryptoEvent.UserTrustStatusChanged, again);
    };
  }, [client, refetch]);

  const others = (data ?? []).filter((device) => !device.isThis).map(({ id }) => id);
  const opened = data?.find(({ id }) => id === chosen);
  return (
    <>
      <TopBar title={t("me.devices")} back="/me" />
      <main className="scroll page me-list">
        {error !== null && data === undefined && <Failure error={error} onAgain={() => void refetch()} />}
        {data === undefined && error === null && <Waiting />}
        {data !== undefined && (
          <ul className="card plain-list">
            {data.map((device) => (
              <li key={device.id}>
                <DeviceLine device={device} onPress={() => setChosen(device.id)} />
              </li>
            ))}
          </ul>
        )}
        {others.length > 0 && (
          <Button className="button" onPress={() => setEnding(others)}>
            {t("devices.end_others")}
          </Button>
        )}
        <p className="muted">{t("devices.hint")}</p>
      </main>
      {opened !== undefined && (
        <DeviceSheet
          key={opened.id}
          device={opened}
          onClose={() => setChosen(null)}
          onChanged={() => void refetch()}
          onEnd={() => {
            setChosen(null);
            setEnding([opened.id]);
          }}
        />
      )}
      {isEnding !== null && (
        <SignOutDevices
          devices={isEnding}
          onClose={() => setEnding(null)}
          onDone={() => {
            setEnding(null);
            void refetch();
          }}
        />
      )}
    </>
  );
}

function DeviceLine({ device, onPress }: { device: Device; onPress: () => void }) {
  const { t, i18n } = useTranslation();
  // As this client names them itself, in whichever language.
  const Icon = /phone|手机/i.test(device.name) ? Smartphone : Monitor;
  const when = new Intl.DateTimeFormat(localeOf(i18n.language), { dateStyle: "medium", timeStyle: "short" });
  return (
    <Button className="line as-button" onPress={onPress}>
      <Icon size={22} aria-hidden />
      <span className="words">
        {device.name}
        <small>
          {device.isThis
            ? t("devices.this")
            : device.seenAt === null
              ? t("devices.never_seen")
              : t("devices.seen", { when: when.format(device.seenAt) })}
        </small>
        {!device.isVerified && <small className="wrong">{t("devices.unverified")}</small>}
      </span>
      {device.isVerified ? (
        <ShieldCheck size={20} className="verified" role="img" aria-label={t("devices.verified")} />
      ) : (
        <ShieldAlert size={20} className="unverified" aria-hidden />
      )}
    </Button>
  );
}
