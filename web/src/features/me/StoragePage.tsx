import "./me.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { sizeOf } from "../../model/size";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { Failure } from "../../shell/Failure";
import type { PageProps } from "../../shell/routes";
import { BusyButton } from "../../widgets/BusyButton";
import { Sheet } from "../../widgets/Sheet";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { Wrong } from "../../widgets/Wrong";

async function used(): Promise<{ bytes: number; quota: number; isKept: boolean }> {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { bytes: usage, quota, isKept: await navigator.storage.persisted() };
}

/** What the app keeps on this device, and how safe it is there. */
export function StoragePage(_: PageProps) {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const { data, error, refetch } = useQuery({ queryKey: ["storage"], queryFn: used });
  const [told, setTold] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const { wrong, setWrong, attempt } = useAttempt();

  async function persist(): Promise<void> {
    const isKept = await navigator.storage.persist();
    setTold(t(isKept ? "storage.kept" : "storage.not_kept"));
    await refetch();
  }

  async function clear(): Promise<void> {
    await attempt(async () => {
      // What goes can come again only from a server that answers.
      await client.whoami();
      client.stopClient();
      try {
        // The keys lie elsewhere and stay.
        await client.store.deleteAllData();
      } finally {
        // A client that was stopped does not go on.
        location.assign("/me/storage");
      }
    });
  }

  return (
    <>
      <TopBar title={t("me.storage")} back="/me" />
      <main className="scroll page">
        {data === undefined && error === null && <Waiting />}
        {data === undefined && error !== null && <Failure error={error} onAgain={() => void refetch()} />}
        {data !== undefined && (
          <dl className="card padded figures">
            <div>
              <dt>{t("storage.used")}</dt>
              <dd>{sizeOf(data.bytes, i18n.language)}</dd>
            </div>
            <div>
              <dt>{t("storage.room")}</dt>
              <dd>{sizeOf(data.quota, i18n.language)}</dd>
            </div>
            <div>
              <dt>{t("storage.safe")}</dt>
              <dd>{t(data.isKept ? "storage.safe_yes" : "storage.safe_no")}</dd>
            </div>
          </dl>
        )}
        {data?.isKept === false && (
          <>
            <p>{t("storage.persist_hint")}</p>
            <BusyButton className="button primary" onPress={persist}>
              {t("storage.persist")}
            </BusyButton>
          </>
        )}
        <p role="status">{told}</p>
        <p className="muted">{t("storage.clear_hint")}</p>
        <Button
          className="button"
          onPress={() => {
            setWrong(null);
            setAsking(true);
          }}
        >
          {t("storage.clear")}
        </Button>
      </main>
      <Sheet title={t("storage.clear_title")} isOpen={isAsking} onClose={() => setAsking(false)} asks>
        <p>{t("storage.clear_what")}</p>
        <Wrong text={wrong} />
        <BusyButton className="button primary" onPress={clear}>
          {t("storage.clear")}
        </BusyButton>
        <Button className="button" onPress={() => setAsking(false)}>
          {t("me.cancel")}
        </Button>
      </Sheet>
    </>
  );
}
