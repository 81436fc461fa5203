import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fetchMedia } from "../../protocol/media";
import { useClient } from "../../shell/client";
import { saveFile } from "../../shell/saveFile";
import { wordsFor } from "../../shell/words";
import type { Attachment } from "./attachment";

/** What the codes mean of a file. */
const OF_FILES: Readonly<Record<string, string>> = {
  M_NOT_FOUND: "media.gone",
  M_FORBIDDEN: "media.gone",
};

/** Give the person a file of a conversation. */
export function useSave() {
  const { t } = useTranslation();
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  async function save({ source, type, name }: Attachment): Promise<void> {
    if (busy) return;
    setWrong(null);
    if (source === null) return setWrong(t("media.gone"));
    setBusy(true);
    try {
      saveFile(await fetchMedia(client, source, { type }), name || t("media.file"));
    } catch (error) {
      setWrong(wordsFor(error, t, OF_FILES));
    } finally {
      setBusy(false);
    }
  }

  return { busy, wrong, save };
}
