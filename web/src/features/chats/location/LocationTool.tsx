import { MapPin } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ComingHere } from "../../../shell/Coming";
import { part } from "../../../shell/part";
import type { ToolProps } from "../composerTools";
import { SheetTool } from "../SheetTool";

const SendPlace = part(async () => (await import("./SendPlace")).SendPlace, ComingHere);

/** Tell the others where one is. */
export function LocationTool(props: ToolProps) {
  const { t } = useTranslation();
  return (
    <SheetTool {...props} icon={MapPin} label={t("location.tool")} title={t("location.send_title")}>
      {(onSent) => <SendPlace target={props.target} onSent={onSent} />}
    </SheetTool>
  );
}
