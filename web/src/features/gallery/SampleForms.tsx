import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Choice } from "../../widgets/Choice";
import { Field } from "../../widgets/Field";
import { IndexBar } from "../../widgets/IndexBar";
import { Keypad } from "../../widgets/Keypad";
import { Passcode } from "../../widgets/Passcode";
import { type Upload, Uploader } from "../../widgets/Uploader";
import { Sample } from "./Sample";

/** The widgets to type into and to choose with. */
export function SampleForms({ onLast }: { onLast: (what: string) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [size, setSize] = useState<"small" | "large">("small");
  const [amount, setAmount] = useState("");
  const [code, setCode] = useState("");
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  return (
    <>
      <Sample title={t("widgets.sample_fields")}>
        <Field
          label={t("widgets.sample_field")}
          hint={t("widgets.sample_hint")}
          wrong={name === " " ? t("widgets.sample_wrong") : null}
          value={name}
          onChange={setName}
        />
        <Choice
          label={t("widgets.sample_choice")}
          options={[
            ["small", t("widgets.sample_small")],
            ["large", t("widgets.sample_large")],
          ]}
          value={size}
          onChange={setSize}
        />
      </Sample>
      <Sample title={t("widgets.sample_passcode")}>
        <Passcode label={t("widgets.sample_passcode")} value={code} onChange={setCode} onDone={onLast} />
      </Sample>
      <Sample title={t("widgets.sample_keypad")}>
        <output aria-label={t("widgets.sample_amount")}>{amount || "0"}</output>
        <Keypad
          label={t("widgets.sample_keypad")}
          separator="."
          onKey={(key) => setAmount((before) => `${before}${key}`.slice(0, 9))}
          onErase={() => setAmount((before) => before.slice(0, -1))}
        />
      </Sample>
      <Sample title={t("widgets.sample_index")}>
        <IndexBar
          label={t("widgets.sample_index")}
          letters={["A", "L", "Z", "#"]}
          onLetter={(letter) => onLast(t("widgets.sample_letter", { letter }))}
        />
      </Sample>
      <Sample title={t("widgets.sample_uploader")}>
        <Uploader
          label={t("widgets.sample_choose")}
          isMany
          uploads={uploads}
          // Nothing is sent anywhere: the first one is shown half way, one that follows as failed.
          onFiles={(files) =>
            setUploads(files.map(({ name: id }, place) => ({ id, name: id, done: 0.5, failed: place > 0 })))
          }
          onRemove={(id) => setUploads((before) => before.filter((one) => one.id !== id))}
        />
      </Sample>
    </>
  );
}
