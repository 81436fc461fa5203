import "./me.css";
import { type MatrixClient, MatrixError } from "matrix-js-sdk";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { fullId, serverOf } from "../../model/userId";
import { useClient } from "../../shell/client";
import { useKept } from "../../shell/kept";
import type { PageProps } from "../../shell/routes";
import { wordsFor } from "../../shell/words";
import { Avatar } from "../../widgets/Avatar";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { TopBar } from "../../widgets/TopBar";
import { BLOCKED, block, blockedIn } from "../contacts/people";

/** Say whether it is certain that there is nobody of this name. Where it is not, the wish to hear nothing of them counts. */
async function isNobody(client: MatrixClient, userId: string): Promise<boolean> {
  // Who has left the server has no profile any more, and may still stand in old chats.
  if (client.getUser(userId) !== null) return false;
  try {
    await client.getProfileInfo(userId);
    return false;
  } catch (error) {
    const code = error instanceof MatrixError ? error.errcode : undefined;
    // A server knows its own people, and nothing of those on others but that nobody can have such a name.
    const isOurs = serverOf(userId) === client.getDomain();
    return code === "M_INVALID_PARAM" || (code === "M_NOT_FOUND" && isOurs);
  }
}

/** Whom one does not want to hear: nothing of theirs arrives, and they are not told. */
export function BlockedPage(_: PageProps) {
  const { t } = useTranslation();
  const client = useClient();
  const { content, isBusy } = useKept(BLOCKED);
  const blocked = blockedIn(content);
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);

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
    if (isAdding) return;
    setAdding(true);
    const id = fullId(name, client.getDomain() ?? "");
    if (id === client.getSafeUserId()) setWrong(t("blocked.yourself"));
    else if (await isNobody(client, id)) setWrong(t("blocked.not_found"));
    else if (await change(id, true)) setName((now) => (now === name ? "" : now));
    setAdding(false);
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
          <BusyButton type="submit" isBusy={isAdding}>
            {t("blocked.block")}
          </BusyButton>
        </Form>
      </main>
    </>
  );
}
