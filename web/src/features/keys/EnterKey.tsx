import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Form } from "react-aria-components/Form";
import { useTranslation } from "react-i18next";
import { EmptyRecoveryKey, unlock, WrongRecoveryKey } from "../../protocol/keys";
import { useClient } from "../../shell/client";
import { wordsFor } from "../../shell/words";
import { Field } from "../../widgets/Field";
import { Waiting } from "../../widgets/Waiting";

interface EnterKeyProps {
  onBegin: () => void;
  /** It is open; so many keys of old messages came back. */
  onOpened: (count: number) => void;
  onBack: () => void;
}

/** The groups of a key in a file that was saved with it. */
const IN_FILE = /(?:[1-9A-HJ-NP-Za-km-z]{4}\s){11}[1-9A-HJ-NP-Za-km-z]{1,4}/;

/** Open this device with the recovery key: typed, pasted, or from its file. */
export function EnterKey({ onBegin, onOpened, onBack }: EnterKeyProps) {
  const { t } = useTranslation();
  const client = useClient();
  const [written, setWritten] = useState("");
  const [progress, setProgress] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  async function open(): Promise<void> {
    setWrong(null);
    setProgress(t("keys.opening"));
    onBegin();
    try {
      onOpened(
        await unlock(client, written, (done, total) => setProgress(t("keys.fetching", { done, total }))),
      );
    } catch (error) {
      setWrong(
        error instanceof WrongRecoveryKey
          ? t("keys.wrong_key")
          : error instanceof EmptyRecoveryKey
            ? t("keys.empty_key")
            : wordsFor(error, t),
      );
    } finally {
      setProgress(null);
    }
  }

  async function read(files: FileList | null): Promise<void> {
    const text = (await files?.[0]?.text()) ?? "";
    const [found] = IN_FILE.exec(text) ?? [];
    if (found === undefined) setWrong(t("keys.no_key_in_file"));
    else {
      setWritten(found);
      setWrong(null);
    }
  }

  if (progress !== null) return <Waiting text={progress} />;
  return (
    <Form
      className="steps-of-key"
      onSubmit={(event) => {
        event.preventDefault();
        void open();
      }}
    >
      <h2>{t("keys.enter_title")}</h2>
      <Field
        label={t("keys.the_key")}
        hint={t("keys.enter_hint")}
        wrong={wrong}
        value={written}
        onChange={setWritten}
        autoComplete="off"
        verbatim
        isRequired
        autoFocus
      />
      <Button className="button primary" type="submit">
        {t("keys.open")}
      </Button>
      <FileTrigger acceptedFileTypes={["text/plain"]} onSelect={(files) => void read(files)}>
        <Button className="button">{t("keys.from_file")}</Button>
      </FileTrigger>
      <Button className="button plain" onPress={onBack}>
        {t("keys.other_way")}
      </Button>
    </Form>
  );
}
