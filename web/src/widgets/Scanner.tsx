import "./forms.css";
import { ImageUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { useTranslation } from "react-i18next";
import { type Reader, reader } from "../protocol/scan";
import { Wrong } from "./Wrong";

interface ScannerProps {
  /** What stands in a code. Return why it is not what is wanted, or null: then nothing more is read. */
  onText: (text: string) => string | null;
}

interface EyeProps<T> {
  /** What reads a picture. The same function each time. */
  reader: () => Promise<Reader<T>>;
  onFound: (found: T) => string | null;
}

const EVERY_MS = 120;

/** The camera, looking for a QR code with text; a picture does as well. */
export function Scanner({ onText }: ScannerProps) {
  return <Eye reader={reader} onFound={onText} />;
}

/** The camera, looking for a QR code. */
export function Eye<T>({ reader, onFound }: EyeProps<T>) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const [hasCamera, setCamera] = useState(true);
  const [wrong, setWrong] = useState<string | null>(null);
  const told = useRef(onFound);
  told.current = onFound;

  useEffect(() => {
    let stream: MediaStream | null = null;
    let timer = 0;
    let gone = false;
    async function look(): Promise<void> {
      const read = await reader();
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
        audio: false,
      });
      if (gone) return stop();
      const element = video.current;
      if (element === null) return;
      element.srcObject = stream;
      await element.play();
      async function next(): Promise<void> {
        const found = gone || element === null || element.readyState < 2 ? null : await read(element);
        if (gone) return;
        const answer = found === null ? undefined : told.current(found);
        if (answer === null) return;
        if (answer !== undefined) setWrong(answer);
        timer = window.setTimeout(() => void next(), EVERY_MS);
      }
      await next();
    }
    function stop(): void {
      gone = true;
      clearTimeout(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    }
    look().catch(() => {
      if (!gone) setCamera(false);
    });
    return stop;
  }, [reader]);

  async function fromPicture(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    try {
      const found = await (await reader())(await createImageBitmap(file));
      setWrong(found === null ? t("widgets.no_code") : onFound(found));
    } catch {
      setWrong(t("widgets.no_code"));
    }
  }

  return (
    <div className="scanner">
      {hasCamera ? (
        <div className="eye">
          <video ref={video} muted playsInline aria-label={t("widgets.camera")} />
          <span className="corners" aria-hidden="true" />
        </div>
      ) : (
        <Wrong text={t("widgets.no_camera")} />
      )}
      <p className="muted">{t("widgets.scan_hint")}</p>
      <Wrong text={wrong} />
      <FileTrigger acceptedFileTypes={["image/*"]} onSelect={(files) => void fromPicture(files?.[0])}>
        <Button className="button">
          <ImageUp size={20} aria-hidden /> {t("widgets.from_picture")}
        </Button>
      </FileTrigger>
    </div>
  );
}
