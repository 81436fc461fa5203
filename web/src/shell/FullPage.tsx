import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** A page with one message on it and no place of the app around it. */
export function FullPage({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <main className="app scroll">
      <h1 className="sr-only">{t("app.name")}</h1>
      {children}
    </main>
  );
}
