import "./report.css";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useClient } from "../../shell/client";
import { Sheet } from "../../widgets/Sheet";
import { Loaded } from "../standing/Loaded";
import { useConduct, useKey } from "../standing/useConduct";
import { openReport, type Subject, useOpenReport } from "./openReport";
import { ReportSteps } from "./ReportSteps";

/** Reporting something, step by step, over whatever page one is on. */
export function ReportSheet() {
  const { t } = useTranslation();
  const client = useClient();
  const subject = useOpenReport();
  const person = subject?.kind === "person" ? subject.userId : "";
  const name = client.getUser(person)?.displayName ?? person;
  return (
    <Sheet
      title={t(`report.title_${subject?.kind ?? "message"}`, { name })}
      isOpen={subject !== null}
      onClose={() => openReport(null)}
    >
      {subject !== null && <Opened subject={subject} />}
    </Sheet>
  );
}

function Opened({ subject }: { subject: Subject }) {
  const { t } = useTranslation();
  const conduct = useConduct();
  const rules = useQuery({ queryKey: useKey("rules", "newest"), queryFn: conduct.newestRules });
  return (
    <Loaded query={rules}>
      {(newest) =>
        newest === null ? <p>{t("report.no_rules")}</p> : <ReportSteps subject={subject} rules={newest} />
      }
    </Loaded>
  );
}
