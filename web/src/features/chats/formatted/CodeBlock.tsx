import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";

/** Code as it is written, to be taken along with one press. Lines do not break: it scrolls. */
export function CodeBlock({ code }: { code: string }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);

  function copy(): void {
    navigator.clipboard.writeText(code.replace(/\n$/, "")).then(
      () => setCopied(true),
      () => undefined,
    );
  }

  return (
    <div className="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard, too */}
      <section tabIndex={0} aria-label={t("formatted.code")}>
        <pre>
          <code>{code}</code>
        </pre>
      </section>
      <Button
        className="icon-button"
        aria-label={t(isCopied ? "formatted.copied" : "formatted.copy")}
        onPress={copy}
      >
        {isCopied ? <Check size={18} aria-hidden /> : <Copy size={18} aria-hidden />}
      </Button>
    </div>
  );
}
