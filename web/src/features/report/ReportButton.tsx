import { Flag } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { openReport, type Subject } from "./openReport";

interface ReportButtonProps {
  subject: Subject;
  /** What is reported, for a screen reader, where several such buttons stand. */
  label?: string;
}

/** A button that begins to report something: for a person's or a group's page, and for what one is invited to. */
export function ReportButton({ subject, label }: ReportButtonProps) {
  const { t } = useTranslation();
  return (
    <Button
      className="button report-button"
      {...(label !== undefined && { "aria-label": label })}
      onPress={() => openReport(subject)}
    >
      <Flag size={18} aria-hidden />
      {t("report.report")}
    </Button>
  );
}
