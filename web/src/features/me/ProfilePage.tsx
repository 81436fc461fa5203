import "./me.css";
import { useState } from "react";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { whatWentWrong } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { Avatar } from "../../widgets/Avatar";
import { BusyButton } from "../../widgets/BusyButton";
import { Field } from "../../widgets/Field";
import { TopBar } from "../../widgets/TopBar";
import { Restricted } from "../standing/Restricted";
import { squarePicture } from "./squarePicture";
import { useOwnProfile } from "./useOwnProfile";

type Deed = "choose" | "remove" | "name";

interface Told {
  readonly of: Deed;
  readonly isWrong: boolean;
  readonly words: string;
}

/** One's name and picture. */
export function ProfilePage(_: PageProps) {
  const { t } = useTranslation();
  const client = useClient();
  const { id, name, address, picture, isLoading, reload } = useOwnProfile();
  const [written, setWritten] = useState<string | null>(null);
  const [doing, setDoing] = useState<Deed | null>(null);
  const [told, setTold] = useState<Told | null>(null);

  /** `act`: returns what is wrong with what was chosen, or nothing. */
  async function change(deed: Deed, act: () => Promise<string | null>): Promise<void> {
    if (doing !== null) return;
    setDoing(deed);
    setTold(null);
    try {
      const wrong = await act();
      if (wrong === null) await reload();
      setTold({ of: deed, isWrong: wrong !== null, words: wrong ?? t("me.saved") });
    } catch (error) {
      setTold({ of: deed, isWrong: true, words: whatWentWrong(error, t, {}) });
    } finally {
      setDoing(null);
    }
  }

  async function choose(file: File): Promise<string | null> {
    const small = await squarePicture(file).catch(() => null);
    if (small === null) return t("me.not_a_picture");
    const { content_uri: uri } = await client.uploadContent(small, { name: "", includeFilename: false });
    await client.setAvatarUrl(uri);
    return null;
  }

  async function remove(): Promise<string | null> {
    await client.setAvatarUrl("");
    return null;
  }

  async function rename(): Promise<string | null> {
    await client.setDisplayName((written ?? name).trim());
    return null;
  }

  return (
    <>
      <TopBar title={t("me.profile")} back="/me" />
      <main className="scroll page">
        <Restricted to={["profile.edit.public", "media.upload.public"]} />
        <div className="big-picture">
          <Avatar id={id} name={name} src={picture} />
          <div className="buttons">
            <FileTrigger
              acceptedFileTypes={["image/*"]}
              onSelect={(files) => {
                const file = files?.[0];
                if (file) void change("choose", () => choose(file));
              }}
            >
              <BusyButton isBusy={doing === "choose"} isDisabled={doing !== null}>
                {t("me.choose_picture")}
              </BusyButton>
            </FileTrigger>
            {address !== null && (
              <BusyButton
                isBusy={doing === "remove"}
                isDisabled={doing !== null}
                onPress={() => void change("remove", remove)}
              >
                {t("me.remove_picture")}
              </BusyButton>
            )}
          </div>
          <Outcome told={told?.of === "name" ? null : told} />
        </div>
        <Form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            void change("name", rename);
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
          <Outcome told={told?.of === "name" ? told : null} />
          <BusyButton
            className="button primary"
            type="submit"
            isBusy={doing === "name"}
            isDisabled={isLoading || doing !== null}
          >
            {t(doing === "name" ? "me.saving" : "me.save")}
          </BusyButton>
        </Form>
        <p className="muted">
          {t("me.your_id")} <code>{id}</code>
        </p>
      </main>
    </>
  );
}

/** How it went, where it was asked for. */
function Outcome({ told }: { told: Told | null }) {
  return (
    <p role={told?.isWrong ? "alert" : "status"} className={told?.isWrong ? "wrong" : "muted"}>
      {told?.words}
    </p>
  );
}
