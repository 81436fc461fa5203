import "./me.css";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { useClient } from "../../shell/client";
import { tellRefusal } from "../../shell/refusals";
import type { PageProps } from "../../shell/routes";
import { wordsFor } from "../../shell/words";
import { Avatar } from "../../widgets/Avatar";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { TopBar } from "../../widgets/TopBar";
import { Restricted } from "../standing/Restricted";
import { squarePicture } from "./squarePicture";
import { useOwnProfile } from "./useOwnProfile";

/** One's name and picture. */
export function ProfilePage(_: PageProps) {
  const { t } = useTranslation();
  const client = useClient();
  const { id, name, address, picture, isLoading, reload } = useOwnProfile();
  const [written, setWritten] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<{ wrong: boolean; words: string } | null>(null);

  async function change(doing: () => Promise<unknown>): Promise<void> {
    if (busy) return;
    setBusy(true);
    setTold(null);
    try {
      await doing();
      await reload();
      setTold({ wrong: false, words: t("me.saved") });
    } catch (error) {
      tellRefusal(error);
      setTold({ wrong: true, words: wordsFor(error, t) });
    } finally {
      setBusy(false);
    }
  }

  async function choose(files: FileList | null): Promise<void> {
    const file = files?.[0];
    if (file === undefined) return;
    const small = await squarePicture(file).catch(() => null);
    if (small === null) {
      setTold({ wrong: true, words: t("me.not_a_picture") });
      return;
    }
    await change(async () => {
      const { content_uri: uri } = await client.uploadContent(small, { name: "", includeFilename: false });
      await client.setAvatarUrl(uri);
    });
  }

  return (
    <>
      <TopBar title={t("me.profile")} back="/me" />
      <main className="scroll page">
        <Restricted to={["profile.edit.public", "media.upload.public"]} />
        <div className="big-picture">
          <Avatar id={id} name={name} src={picture} />
          <div className="buttons">
            <FileTrigger acceptedFileTypes={["image/*"]} onSelect={(files) => void choose(files)}>
              <Button className="button" isDisabled={busy}>
                {t("me.choose_picture")}
              </Button>
            </FileTrigger>
            {address !== null && (
              <Button
                className="button"
                isDisabled={busy}
                onPress={() => void change(() => client.setAvatarUrl(""))}
              >
                {t("me.remove_picture")}
              </Button>
            )}
          </div>
        </div>
        <Form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            void change(() => client.setDisplayName((written ?? name).trim()));
          }}
        >
          <Field
            label={t("me.name")}
            hint={t("me.name_hint")}
            value={written ?? name}
            onChange={setWritten}
            isDisabled={isLoading}
            maxLength={100}
            autoComplete="nickname"
            isRequired
          />
          <p role={told?.wrong ? "alert" : "status"} className={told?.wrong ? "wrong" : "muted"}>
            {told?.words}
          </p>
          <BusyButton className="button primary" type="submit" isBusy={busy} isDisabled={isLoading}>
            {busy ? t("me.saving") : t("me.save")}
          </BusyButton>
        </Form>
        <p className="muted">
          {t("me.your_id")} <code>{id}</code>
        </p>
      </main>
    </>
  );
}
