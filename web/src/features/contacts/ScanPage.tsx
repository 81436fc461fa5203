import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { targetOf } from "../../model/link";
import { Scanner } from "../../widgets/Scanner";
import { TopBar } from "../../widgets/TopBar";

/** Scan a person's or a group's code. */
export function ScanPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();

  function take(text: string): string | null {
    const target = targetOf(text);
    if (target === null) return t("contacts.strange_code");
    if (target.kind === "person") go(`/contacts/${encodeURIComponent(target.userId)}`);
    else {
      const via = target.via.map((server) => `via=${encodeURIComponent(server)}`).join("&");
      go(`/contacts/join/${encodeURIComponent(target.roomId)}${via && `?${via}`}`);
    }
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
