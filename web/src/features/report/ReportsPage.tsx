import "./report.css";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Report } from "../../protocol/conduct";
import { longTime } from "../../shell/moments";
import { Page } from "../../widgets/Page";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { Loaded } from "../standing/Loaded";
import { useConduct, useKey } from "../standing/useConduct";
import { aboutWords, lastState } from "./reportWords";

/** Everything that one reported, the newest first. */
export function ReportsPage() {
  const { t } = useTranslation();
  const conduct = useConduct();
  const query = useQuery({ queryKey: useKey("reports"), queryFn: conduct.reports });
  return (
    <>
      <TopBar title={t("report.mine")} back="/me/standing" />
      <Page>
        <Loaded query={query}>
          {(reports) =>
            reports.length === 0 ? (
              <Result kind="plain" title={t("report.none")} text={t("report.none_hint")} />
            ) : (
              <ul className="card reports">
                {reports.map((one) => (
                  <li key={one.id}>
                    <Row report={one} />
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Page>
    </>
  );
}

function Row({ report }: { report: Report }) {
  const { t, i18n } = useTranslation();
  const [first] = report.states;
  return (
    <Link className="line" href={`/me/reports/${encodeURIComponent(report.id)}`}>
      <span>
        <strong className="what">{aboutWords(report, t)}</strong>
        <span className="muted">{first !== undefined && longTime(first.at, i18n.language)}</span>
        <span>{t(`report.state_${lastState(report)}`)}</span>
      </span>
      <ChevronRight size={20} aria-hidden />
    </Link>
  );
}
