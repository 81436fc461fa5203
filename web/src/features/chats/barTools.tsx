/** The buttons in the bar above a conversation: search, calls, the group's page. A new one needs its line here. */
import { Search } from "lucide-react";
import type { ComponentType } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { CallTool } from "../calls/CallTool";
import { GroupCallTool } from "../calls/group/GroupCallTool";
import { AboutTool } from "../groups/AboutTool";
import { GalleryBarTool } from "../media/GalleryTools";

export interface BarToolProps {
  readonly roomId: string;
}

function SearchTool({ roomId }: BarToolProps) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  return (
    <Button
      className="icon-button"
      aria-label={t("talk.search_here")}
      onPress={() => go(`/chats/${encodeURIComponent(roomId)}/search`)}
    >
      <Search size={23} aria-hidden />
    </Button>
  );
}

export const BAR: readonly ComponentType<BarToolProps>[] = [
  CallTool,
  GroupCallTool,
  SearchTool,
  GalleryBarTool,
  AboutTool,
];
