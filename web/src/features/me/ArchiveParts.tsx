import { CircleCheck, Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sizeOf } from "../../model/size";
import { type ArchivePart, fetchPart } from "../../protocol/archive";
import { useClient } from "../../shell/client";
import { saveFile } from "../../shell/saveFile";
import { wordsFor } from "../../shell/words";
import { BusyButton } from "../../widgets/BusyButton";

/** The zip files of an archive. */
export function ArchiveParts({ parts, onFetched }: { parts: readonly ArchivePart[]; onFetched: () => void }) {
  return (
    <ul className="card plain-list">
      {parts.map((part) => (
        <li key={part.n}>
          <Part part={part} isOnly={parts.length === 1} onFetched={onFetched} />
        </li>
      ))}
    </ul>
  );
}

interface PartProps {
  part: ArchivePart;
  isOnly: boolean;
  onFetched: () => void;
}

function Part({ part, isOnly, onFetched }: PartProps) {
  const { t, i18n } = useTranslation();
  const token = useClient().getAccessToken() ?? "";
  const [bytes, setBytes] = useState<number | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);

  async function fetchIt(): Promise<void> {
    setBytes(0);
    setWrong(null);
    try {
      saveFile(await fetchPart(token, part, setBytes), `courtyard-archive-${part.n}.zip`);
      onFetched();
    } catch (error) {
      setWrong(wordsFor(error, t));
    } finally {
      setBytes(null);
    }
  }

  const size = sizeOf(part.size_bytes, i18n.language);
  return (
    <BusyButton className="line as-button" onPress={fetchIt}>
      <Download size={22} aria-hidden />
      <span className="words">
        {isOnly ? t("archive.fetch") : t("archive.fetch_part", { n: part.n })}
        <small>
          {bytes === null ? size : t("archive.fetching", { done: sizeOf(bytes, i18n.language), size })}
        </small>
        {wrong !== null && (
          <small className="wrong" role="alert">
            {wrong}
          </small>
        )}
      </span>
      {part.downloaded && (
        <CircleCheck size={20} className="verified" role="img" aria-label={t("archive.fetched")} />
      )}
    </BusyButton>
  );
}
