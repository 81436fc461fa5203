import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { secureAddress } from "../model/secure";
import { publicAddress } from "../protocol/secure";
import { Result } from "../widgets/Result";
import { FullPage } from "./FullPage";

/** Without a secure address a browser has no keys, no camera and no notifications: say what to do about it. */
export function Insecure() {
  const { t } = useTranslation();
  const [told, setTold] = useState<unknown>(null);
  useEffect(() => {
    // Without an answer there is no address to send anybody to.
    publicAddress().then(setTold, () => undefined);
  }, []);
  const secure = secureAddress(told, location.href);
  const { port } = location;
  return (
    <FullPage>
      <div className="page">
        <Result kind="bad" title={t("start.insecure")} text={t("start.insecure_hint")} />
        <ul className="advice">
          {secure !== null && (
            <li>
              {t("start.insecure_https")} <a href={secure}>{secure}</a>
            </li>
          )}
          <li>
            {t("start.insecure_local")} <code>{`http://localhost${port ? `:${port}` : ""}`}</code>
          </li>
          <li>
            {t("start.insecure_operator")} <code className="command">courtyard serve --tls own</code>
          </li>
        </ul>
      </div>
    </FullPage>
  );
}
