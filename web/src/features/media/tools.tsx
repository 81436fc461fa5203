import "./media.css";
import { Camera, FileUp, Image } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { useTranslation } from "react-i18next";
import type { ToolProps } from "../chats/composerTools";
import { offer } from "./outgoing";

/** Pictures and films from this device. */
export function PhotoTool(props: ToolProps) {
  const { t } = useTranslation();
  return (
    <FileTrigger
      acceptedFileTypes={["image/*", "video/*"]}
      allowsMultiple
      onSelect={(files) => take(props, files, false)}
    >
      <Button className="tool">
        <Image size={26} aria-hidden />
        {t("media.photos")}
      </Button>
    </FileTrigger>
  );
}

/** A picture taken now. On a desk there is no camera to hold. */
export function CameraTool(props: ToolProps) {
  const { t } = useTranslation();
  if (!matchMedia("(pointer: coarse)").matches) return null;
  return (
    <FileTrigger
      acceptedFileTypes={["image/*"]}
      defaultCamera="environment"
      onSelect={(files) => take(props, files, false)}
    >
      <Button className="tool">
        <Camera size={26} aria-hidden />
        {t("media.camera")}
      </Button>
    </FileTrigger>
  );
}

/** Anything, as it is. */
export function FileTool(props: ToolProps) {
  const { t } = useTranslation();
  return (
    <FileTrigger allowsMultiple onSelect={(files) => take(props, files, true)}>
      <Button className="tool">
        <FileUp size={26} aria-hidden />
        {t("media.file")}
      </Button>
    </FileTrigger>
  );
}

function take({ target, onChosen }: ToolProps, files: FileList | null, asFiles: boolean): void {
  if (files === null || files.length === 0) return;
  offer({ target, files: [...files], asFiles });
  onChosen();
}
