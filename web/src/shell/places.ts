/** The places that the tab bar leads to. */
import { BookUser, MessageCircle, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Tab } from "../widgets/TabBar";

export function useTabs(unread: number): Tab[] {
  const { t } = useTranslation();
  return [
    { href: "/chats", label: t("tabs.chats"), icon: MessageCircle, unread },
    { href: "/contacts", label: t("tabs.contacts"), icon: BookUser },
    { href: "/me", label: t("tabs.me"), icon: UserRound },
  ];
}
