import { Flag } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { openReport, type Subject } from "./openReport";

/** A button that begins to report something: for a person's or a group's page. */
export function ReportButton({ subject }: { subject: Subject }) {
  const { t } = useTranslation();
  return (
    <Button className="button report-button" onPress={() => openReport(subject)}>
      <Flag size={18} aria-hidden />
      {t("report.report")}
    </Button>
  );
}
