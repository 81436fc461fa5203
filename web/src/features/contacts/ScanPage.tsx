import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { pageOf, scannedTarget } from "../../model/link";
import { Scanner } from "../../widgets/Scanner";
import { TopBar } from "../../widgets/TopBar";

/** Scan a person's or a group's code. */
export function ScanPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();

  function take(text: string): string | null {
    const target = scannedTarget(text, location.origin);
    if (target === null) return t("contacts.strange_code");
    go(pageOf(target));
    return null;
  }

  return (
    <>
      <TopBar title={t("contacts.scan")} back="/contacts" />
      <main className="scroll page">
        <Scanner onText={take} />
      </main>
    </>
  );
}
