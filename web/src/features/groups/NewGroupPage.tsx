import "./groups.css";
import { ImagePlus } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components/Button";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useAttempt } from "../../shell/attempt";
import { useClient } from "../../shell/client";
import { Avatar } from "../../widgets/Avatar";
import { BusyButton } from "../../widgets/BusyButton";
import { backOr } from "../../widgets/back";
import { Field } from "../../widgets/Field";
import { Sheet } from "../../widgets/Sheet";
import { TopBar } from "../../widgets/TopBar";
import { Wrong } from "../../widgets/Wrong";
import { type SquarePicture, squarePicture } from "../me/squarePicture";
import { Restricted } from "../standing/Restricted";
import { makeGroup } from "./group";
import { uninvitedWords } from "./invite";
import { PickPeople } from "./PickPeople";

/** Make a group: its name, its picture, its people. Encrypted from its first word. */
export function NewGroupPage() {
  const { t, i18n } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const [name, setName] = useState("");
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [picture, setPicture] = useState<SquarePicture | null>(null);
  // Until it has been read who could not be invited.
  const [made, setMade] = useState<{ roomId: string; wrong: string } | null>(null);
  const shown = useLocalPicture(picture);
  const { busy, wrong, setWrong, attempt } = useAttempt();

  async function choose(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    setWrong(null);
    const small = await squarePicture(file).catch(() => null);
    if (small !== null) setPicture(small);
    else setWrong(t("me.not_a_picture"));
  }

  async function make(): Promise<void> {
    await attempt(async () => {
      const { roomId, left } = await makeGroup(client, name, [...picked], picture);
      if (left.length === 0) open(roomId);
      else setMade({ roomId, wrong: uninvitedWords(client, left, t, i18n.language) });
    });
  }

  function open(roomId: string): void {
    go(`/chats/${encodeURIComponent(roomId)}`);
  }

  return (
    <>
      <TopBar title={t("groups.new")} back={() => backOr("/contacts", go)} />
      <main className="scroll page">
        <Form
          className="field roomy"
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <Restricted to={["chat.group.create"]} />
          <div className="profile">
            <Avatar id={name} name={name || "+"} src={shown} large />
            <FileTrigger acceptedFileTypes={["image/*"]} onSelect={(files) => void choose(files?.[0])}>
              <Button className="button">
                <ImagePlus size={20} aria-hidden /> {t("groups.choose_picture")}
              </Button>
            </FileTrigger>
          </div>
          <Field
            label={t("groups.name")}
            value={name}
            onChange={setName}
            maxLength={80}
            isRequired
            autoFocus
          />
          <h2 className="small-title">{t("groups.people")}</h2>
          {picked.size > 0 && <Restricted to={["chat.group.invite"]} />}
          <PickPeople picked={picked} onPicked={setPicked} />
          <p className="muted">{t("groups.new_hint")}</p>
          <Wrong text={wrong} />
          <BusyButton className="button primary" type="submit" isBusy={busy} isDisabled={name.trim() === ""}>
            {busy ? t("groups.making") : t("groups.make", { count: picked.size + 1 })}
          </BusyButton>
        </Form>
      </main>
      {made !== null && (
        <Sheet title={t("groups.made")} isOpen onClose={() => open(made.roomId)}>
          <Wrong text={made.wrong} />
          <Button className="button primary" onPress={() => open(made.roomId)}>
            {t("groups.to_made")}
          </Button>
        </Sheet>
      )}
    </>
  );
}

/** Show a picture that is not yet anywhere but here. */
function useLocalPicture(file: Blob | null): string | null {
  const [src, setSrc] = useState<string | null>(null);
  useEffect(() => {
    if (file === null) return setSrc(null);
    const made = URL.createObjectURL(file);
    setSrc(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return src;
}
