import { Copy, Download, Printer } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { groupsOf } from "../../model/recoveryKey";
import { useClient } from "../../shell/client";
import { saveFile } from "../../shell/saveFile";

interface ShowKeyProps {
  written: string;
  onKept: () => void;
  onLater: () => void;
}

/** The key, to be written down, copied, printed or saved. */
export function ShowKey({ written, onKept, onLater }: ShowKeyProps) {
  const { t } = useTranslation();
  const id = useClient().getSafeUserId();
  const [told, setTold] = useState("");

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(written);
      setTold(t("keys.copied"));
    } catch {
      setTold(t("keys.copy_failed"));
    }
  }

  function save(): void {
    const text = `${t("keys.file_title", { id })}\n\n${written}\n\n${t("keys.file_hint")}\n`;
    saveFile(new Blob([text], { type: "text/plain" }), "courtyard-recovery-key.txt");
    setTold(t("keys.saved"));
  }

  return (
    <section className="steps-of-key">
      <p className="muted small no-print">{t("keys.step", { step: 1, steps: 2 })}</p>
      <h2>{t("keys.show_title")}</h2>
      <p className="no-print">{t("keys.show_hint")}</p>
      <p className="only-print">{t("keys.file_title", { id })}</p>
      <ol className="recovery-key" aria-label={t("keys.the_key")}>
        {groupsOf(written).map((group, at) => (
          // A group may come twice, and the key never changes.
          <li key={at}>{group}</li>
        ))}
      </ol>
      <div className="ways no-print">
        <Button className="button" onPress={() => void copy()}>
          <Copy size={18} aria-hidden /> {t("keys.copy")}
        </Button>
        <Button className="button" onPress={save}>
          <Download size={18} aria-hidden /> {t("keys.save")}
        </Button>
        <Button className="button" onPress={() => window.print()}>
          <Printer size={18} aria-hidden /> {t("keys.print")}
        </Button>
      </div>
      <p role="status" className="muted small no-print">
        {told}
      </p>
      <Button className="button primary no-print" onPress={onKept}>
        {t("keys.i_kept_it")}
      </Button>
      <Button className="button no-print" onPress={onLater}>
        {t("keys.not_now")}
      </Button>
    </section>
  );
}
