/** What else can be done from a group's page: report it, its pictures. Each has its line here. */
import type { ComponentType } from "react";
import { GalleryGroupTool } from "../media/GalleryTools";
import { ReportGroupTool } from "../report/ReportTools";
import { GroupStickersTool } from "../stickers/GroupStickersTool";

export interface GroupToolProps {
  readonly roomId: string;
}

/** Each makes a button of the class `button`, or nothing where it does not apply. */
export const GROUP_TOOLS: readonly ComponentType<GroupToolProps>[] = [
  GalleryGroupTool,
  GroupStickersTool,
  ReportGroupTool,
];
