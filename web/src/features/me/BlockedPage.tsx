import "./me.css";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { fullId } from "../../model/userId";
import { useClient } from "../../shell/client";
import { useKept } from "../../shell/kept";
import type { PageProps } from "../../shell/routes";
import { wordsFor } from "../../shell/words";
import { Avatar } from "../../widgets/Avatar";
import { Field } from "../../widgets/Field";
import { TopBar } from "../../widgets/TopBar";
import { BLOCKED, block, blockedIn } from "../contacts/people";

/** Whom one does not want to hear: nothing of theirs arrives, and they are not told. */
export function BlockedPage(_: PageProps) {
  const { t } = useTranslation();
  const client = useClient();
  const { content, isBusy } = useKept(BLOCKED);
  const blocked = blockedIn(content);
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);

  async function change(id: string, isBlocked: boolean): Promise<boolean> {
    setWrong(null);
    try {
      await block(client, id, isBlocked);
      return true;
    } catch (error) {
      setWrong(wordsFor(error, t));
      return false;
    }
  }

  async function add(): Promise<void> {
    const id = fullId(name, client.getDomain() ?? "");
    if (id === client.getSafeUserId()) setWrong(t("blocked.yourself"));
    else if (await change(id, true)) setName("");
  }

  return (
    <>
      <TopBar title={t("me.blocked")} back="/me" />
      <main className="scroll page me-list">
        <p className="muted" role="status">
          {isBusy ? t("me.saving") : t("blocked.hint")}
        </p>
        {blocked.length === 0 ? (
          <p className="card padded">{t("blocked.nobody")}</p>
        ) : (
          <ul className="card plain-list">
            {blocked.map((id) => (
              <li className="line" key={id}>
                <span className="words">{id}</span>
                <Avatar id={id} name={id} small />
                <Button
                  className="button plain"
                  aria-label={t("blocked.unblock_name", { name: id })}
                  onPress={() => void change(id, false)}
                >
                  {t("blocked.unblock")}
                </Button>
              </li>
            ))}
          </ul>
        )}
        <Form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <Field
            label={t("blocked.name")}
            hint={t("chats.with_hint")}
            wrong={wrong}
            value={name}
            onChange={setName}
            autoComplete="off"
            verbatim
            isRequired
          />
          <Button className="button" type="submit">
            {t("blocked.block")}
          </Button>
        </Form>
      </main>
    </>
  );
}
