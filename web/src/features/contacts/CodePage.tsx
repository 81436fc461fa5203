import "./contacts.css";
import { useTranslation } from "react-i18next";
import { personLink } from "../../model/link";
import { useClient } from "../../shell/client";
import { CodeCard } from "../../widgets/CodeCard";
import { TopBar } from "../../widgets/TopBar";
import { PersonPicture } from "./PersonPicture";
import { nameOf } from "./people";

/** One's own code: who scans it finds one. */
export function CodePage() {
  const { t } = useTranslation();
  const client = useClient();
  const userId = client.getSafeUserId();
  const name = nameOf(client, userId);
  return (
    <>
      <TopBar title={t("contacts.my_code")} back="/contacts" />
      <main className="scroll page">
        <div className="card code-card">
          <PersonPicture userId={userId} name={name} large />
          <h2>{name}</h2>
          <p className="muted">{userId}</p>
          <CodeCard
            link={personLink(location.origin, userId)}
            label={t("contacts.code_of", { name })}
            hint={t("contacts.code_hint")}
          />
        </div>
      </main>
    </>
  );
}
