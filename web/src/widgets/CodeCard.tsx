import { Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { QrCode } from "./QrCode";

interface CodeCardProps {
  /** What stands in the code, and is copied. */
  link: string;
  label: string;
  hint: string;
}

/** A link as a code to be scanned, and as text to be sent. */
export function CodeCard({ link, label, hint }: CodeCardProps) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      setCopied(true);
    } catch {
      // Where the browser does not let us, the link stands there to be selected.
      setCopied(false);
    }
  }

  return (
    <>
      <QrCode content={link} label={label} />
      <p className="muted">
        {hint} {t("widgets.code_camera")}
      </p>
      <p className="link">{link}</p>
      <Button className="button" onPress={() => void copy()}>
        <Copy size={19} aria-hidden /> {isCopied ? t("widgets.copied") : t("widgets.copy_link")}
      </Button>
      <span className="sr-only" role="status">
        {isCopied && t("widgets.copied")}
      </span>
    </>
  );
}
