import { useTranslation } from "react-i18next";
import { Result } from "../widgets/Result";
import { FullPage } from "./FullPage";

/** Without a secure address a browser has no keys, no camera and no notifications: say what to do about it. */
export function Insecure() {
  const { t } = useTranslation();
  const { hostname, pathname, port } = location;
  const secure = `https://${hostname}${pathname}`;
  return (
    <FullPage>
      <div className="page">
        <Result kind="bad" title={t("start.insecure")} text={t("start.insecure_hint")} />
        <ol className="advice">
          <li>
            {t("start.insecure_https")} <a href={secure}>{secure}</a>
          </li>
          <li>
            {t("start.insecure_local")} <code>{`http://localhost${port ? `:${port}` : ""}`}</code>
          </li>
          <li>{t("start.insecure_operator")}</li>
        </ol>
      </div>
    </FullPage>
  );
}
