import "./forms.css";
import { CircleAlert, FileUp, X } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { DropZone } from "react-aria-components/DropZone";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { ProgressBar } from "react-aria-components/ProgressBar";
import { useTranslation } from "react-i18next";

export interface Upload {
  readonly id: string;
  readonly name: string;
  /** From 0 to 1; 1 is there. */
  readonly done: number;
  readonly failed?: boolean;
}

interface UploaderProps {
  label: string;
  /** Kinds that can be chosen: "image/*". */
  accept?: readonly string[];
  isMany?: boolean;
  uploads: readonly Upload[];
  onFiles: (files: File[]) => void;
  onRemove: (id: string) => void;
}

/** Files to choose or to drop, and how far each one is. */
export function Uploader({ label, accept, isMany, uploads, onFiles, onRemove }: UploaderProps) {
  const { t } = useTranslation();
  return (
    <div className="uploader">
      <DropZone
        className="drop"
        aria-label={label}
        onDrop={async ({ items }) => {
          const files = await Promise.all(
            items.map((item) => (item.kind === "file" ? item.getFile() : null)),
          );
          onFiles(files.filter((file) => file !== null));
        }}
      >
        <FileTrigger
          {...(accept && { acceptedFileTypes: accept })}
          {...(isMany && { allowsMultiple: true })}
          onSelect={(files) => onFiles([...(files ?? [])])}
        >
          <Button className="button">
            <FileUp size={20} aria-hidden /> {label}
          </Button>
        </FileTrigger>
      </DropZone>
      {uploads.length > 0 && (
        <ul>
          {uploads.map((upload) => (
            <li key={upload.id}>
              <span className="what">
                <span className="clip">{upload.name}</span>
                {upload.failed ? (
                  <span className="wrong" role="alert">
                    <CircleAlert size={14} aria-hidden /> {t("widgets.upload_failed")}
                  </span>
                ) : (
                  <ProgressBar aria-label={upload.name} value={upload.done} maxValue={1}>
                    {({ percentage = 0 }) => <span className="bar" style={{ width: `${percentage}%` }} />}
                  </ProgressBar>
                )}
              </span>
              <Button
                className="icon-button"
                aria-label={t("widgets.remove", { name: upload.name })}
                onPress={() => onRemove(upload.id)}
              >
                <X size={20} aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
