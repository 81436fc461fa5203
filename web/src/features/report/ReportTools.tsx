import type { ContactToolProps } from "../contacts/contactTools";
import type { GroupToolProps } from "../groups/groupTools";
import { ReportButton } from "./ReportButton";

export function ReportPersonTool({ userId }: ContactToolProps) {
  return <ReportButton subject={{ kind: "person", userId }} />;
}

export function ReportGroupTool({ roomId }: GroupToolProps) {
  return <ReportButton subject={{ kind: "room", roomId }} />;
}
