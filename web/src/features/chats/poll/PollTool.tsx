import { ListChecks } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ComingHere } from "../../../shell/Coming";
import { part } from "../../../shell/part";
import type { ToolProps } from "../composerTools";
import { SheetTool } from "../SheetTool";

const PollForm = part(async () => (await import("./PollForm")).PollForm, ComingHere);

/** Ask everybody here something, with answers to choose from. */
export function PollTool(props: ToolProps) {
  const { t } = useTranslation();
  return (
    <SheetTool {...props} icon={ListChecks} label={t("poll.tool")} title={t("poll.new")}>
      {(onSent) => <PollForm target={props.target} onSent={onSent} />}
    </SheetTool>
  );
}
