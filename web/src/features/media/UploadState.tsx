import { X } from "lucide-react";
import { ProgressBar } from "react-aria-components/ProgressBar";
import { useTranslation } from "react-i18next";
import type { Upload } from "./upload";
import { cancelUpload, useProgress } from "./uploads";

/** How far a file is on its way up, and the way to stop it. */
export function UploadState({ upload, name }: { upload: Upload; name: string }) {
  const { t } = useTranslation();
  const done = useProgress(upload.id);
  if (upload.state !== "sending") return null;
  return (
    <span className="upload">
      <ProgressBar aria-label={t("media.sending", { name })} value={done} maxValue={1}>
        {({ percentage = 0 }) => <span className="bar" style={{ width: `${percentage}%` }} />}
      </ProgressBar>
      <button
        type="button"
        className="icon-button"
        aria-label={t("media.stop", { name })}
        onClick={() => cancelUpload(upload.id)}
      >
        <X size={20} aria-hidden />
      </button>
    </span>
  );
}
