import { useTranslation } from "react-i18next";
import type { BodyProps } from "./body";

/** Taken away by its writer or by somebody who looks after the group. That it was there stays in sight. */
export function RemovedBody({ mine }: BodyProps) {
  const { t } = useTranslation();
  return <span className="quiet">{t(mine ? "talk.deleted_mine" : "talk.deleted")}</span>;
}
