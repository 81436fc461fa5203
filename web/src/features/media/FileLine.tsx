import { AudioLines, Download, FileText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { clockOf } from "../../model/clock";
import { sizeOf } from "../../model/size";
import type { Attachment } from "./attachment";
import { useSave } from "./useSave";

/** A file in one line: its name, how large it is, and the way to have it. */
export function FileLine({ file, detail }: { file: Attachment; detail?: string }) {
  const { t, i18n } = useTranslation();
  const { busy, wrong, save } = useSave();
  const name = file.name || t("media.file");
  const Icon = file.kind === "audio" ? AudioLines : FileText;
  const facts = [
    file.durationMs === null ? "" : clockOf(Math.round(file.durationMs / 1000)),
    file.size === null ? "" : sizeOf(file.size, i18n.language),
    detail ?? "",
  ];
  return (
    <span className="file-line">
      <span className="sign">
        <Icon size={24} aria-hidden />
      </span>
      <span className="what">
        <span>{name}</span>
        <small>{busy ? t("media.fetching") : facts.filter(Boolean).join(" · ")}</small>
        {wrong !== null && (
          <small className="wrong" role="alert">
            {wrong}
          </small>
        )}
      </span>
      {file.source !== null && (
        <button
          type="button"
          className="icon-button"
          aria-label={t("media.save_file", { name })}
          aria-busy={busy}
          onClick={() => void save(file)}
        >
          <Download size={22} aria-hidden />
        </button>
      )}
    </span>
  );
}
