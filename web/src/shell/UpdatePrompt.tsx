import { useRegisterSW } from "virtual:pwa-register/react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { lookForNewer } from "./newer";

/** A new version has been fetched: it waits until the person is ready, so that nothing is lost while they write. */
export function UpdatePrompt() {
  const { t } = useTranslation();
  const {
    needRefresh: [isReady, setReady],
    updateServiceWorker,
  } = useRegisterSW({ onRegisteredSW: (_, registration) => lookForNewer(registration) });
  if (!isReady) return null;
  return (
    <aside className="update" aria-label={t("update.label")}>
      <span role="status">{t("update.ready")}</span>
      <Button className="button primary" onPress={() => void updateServiceWorker(true)}>
        {t("update.reload")}
      </Button>
      <Button className="button plain" onPress={() => setReady(false)}>
        {t("update.later")}
      </Button>
    </aside>
  );
}
