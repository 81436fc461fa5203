/** What is said of a part that is on its way, or did not come: who asked for it can ask again. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { MOMENT_MS } from "../widgets/moment";
import { Result } from "../widgets/Result";
import { Sheet } from "../widgets/Sheet";
import { Waiting } from "../widgets/Waiting";
import type { Coming } from "./part";

interface ComingHereProps extends Coming {
  /** A moment has gone by already. */
  atOnce?: boolean;
}

/** In the place of the part. */
export function ComingHere({ isFailed, again, atOnce = false }: ComingHereProps) {
  const { t } = useTranslation();
  if (!isFailed) return <Waiting atOnce={atOnce} />;
  return (
    <Result
      kind="bad"
      title={t("errors.title")}
      text={t("widgets.part_missing")}
      action={t("errors.retry")}
      onAction={again}
    />
  );
}

interface ComingOverProps extends Coming {
  title: string;
  onClose: () => void;
}

/** For a part that lies over the page. What comes within a moment is not seen to be waited for. */
export function ComingOver({ title, onClose, isFailed, again }: ComingOverProps) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(setLong, MOMENT_MS, true);
    return () => window.clearTimeout(timer);
  }, []);
  if (!isLong && !isFailed) return null;
  return (
    <Sheet title={title} isOpen onClose={onClose}>
      <ComingHere isFailed={isFailed} again={again} atOnce />
    </Sheet>
  );
}
