import "./me.css";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { wordsFor } from "../../shell/words";
import { Toggle } from "../../widgets/Toggle";
import { TopBar } from "../../widgets/TopBar";
import { Wrong } from "../../widgets/Wrong";
import { useOffersPreviews } from "../links/useOffersPreviews";
import { setPrivacy, setTakesInvites, useIsChoosing, usePrivacy, useTakesInvites } from "./usePrivacy";

/** What others see of what one does, who may knock, and who may read along. */
export function PrivacyPage(_: PageProps) {
  const { t } = useTranslation();
  const client = useClient();
  const privacy = usePrivacy();
  const takesInvites = useTakesInvites();
  const isChoosing = useIsChoosing();
  const offersPreviews = useOffersPreviews();
  const [wrong, setWrong] = useState<string | null>(null);

  async function keep(keeping: Promise<void>): Promise<void> {
    setWrong(null);
    try {
      await keeping;
    } catch (error) {
      setWrong(wordsFor(error, t));
    }
  }

  return (
    <>
      <TopBar title={t("me.privacy")} back="/me" />
      <main className="scroll page">
        <div className="card">
          {(["receipts", "typing", "presence"] as const).map((name) => (
            <Toggle
              key={name}
              label={t(`privacy.${name}`)}
              hint={t(`privacy.${name}_hint`)}
              isOn={privacy[name]}
              onChange={(isOn) => void keep(setPrivacy(client, { [name]: isOn }))}
            />
          ))}
        </div>
        <div className="card">
          <Toggle
            label={t("privacy.invites")}
            hint={t("privacy.invites_hint")}
            isOn={takesInvites}
            onChange={(isOn) => void keep(setTakesInvites(client, isOn))}
          />
        </div>
        <div className="card">
          <Toggle
            label={t("privacy.confirmed")}
            hint={t("privacy.confirmed_hint")}
            isOn={privacy.confirmed}
            onChange={(confirmed) => void keep(setPrivacy(client, { confirmed }))}
          />
        </div>
        {offersPreviews && (
          <div className="card">
            <Toggle
              label={t("links.always")}
              hint={t("links.always_hint")}
              isOn={privacy.previews}
              onChange={(previews) => void keep(setPrivacy(client, { previews }))}
            />
          </div>
        )}
        <Wrong text={wrong} />
        <p className="muted" role="status">
          {isChoosing ? t("me.saving") : t("privacy.hint")}
        </p>
      </main>
    </>
  );
}
