import { useTranslation } from "react-i18next";
import { Result } from "../../widgets/Result";
import { Sheet } from "../../widgets/Sheet";
import { Waiting } from "../../widgets/Waiting";
import { giveUp, useComing } from "./coming";

/** What a call needs is still on its way, or did not come: then what to do, and once more. Closed, no call begins. */
export function ComingSheet() {
  const { t } = useTranslation();
  const coming = useComing();
  if (coming === null) return null;
  return (
    <Sheet title={t("calls.call")} isOpen onClose={giveUp}>
      {coming.isFailed ? (
        <Result
          kind="bad"
          title={t("calls.coming.failed")}
          text={t("widgets.part_missing")}
          action={t("errors.retry")}
          onAction={coming.again}
        />
      ) : (
        <Waiting text={t("calls.coming.waiting")} atOnce />
      )}
    </Sheet>
  );
}
