import type { TFunction } from "i18next";
import type { Report, ReportState } from "../../protocol/conduct";

const KNOWN = ["event", "account", "room"];

/** Return what a report is about, in a word. */
export function aboutWords(report: Report, t: TFunction): string {
  const kind = KNOWN.includes(report.item.type) ? report.item.type : "other";
  return t(`report.about_${kind}`, { name: report.item.id });
}

export function lastState(report: Report): ReportState {
  return report.states.at(-1)?.state ?? "received";
}
