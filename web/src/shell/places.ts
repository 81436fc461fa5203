/** The places that the tab bar leads to. */
import { BookUser, type LucideIcon, MessageCircle, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Tab } from "../widgets/TabBar";

export type Place = "/chats" | "/contacts" | "/me";

export const ICONS: Readonly<Record<Place, LucideIcon>> = {
  "/chats": MessageCircle,
  "/contacts": BookUser,
  "/me": UserRound,
};

const PLACES = Object.keys(ICONS) as Place[];

/** Return the place that an address lies in. */
export function placeAt(path: string): Place {
  return placeAround(path) ?? "/chats";
}

/** Say whether an address lies in one of the places: no other page is ours. */
export function isInPlace(path: string): boolean {
  return placeAround(path) !== undefined;
}

function placeAround(path: string): Place | undefined {
  return PLACES.find((place) => path === place || path.startsWith(`${place}/`));
}

export function useTabs(unread: number): Tab[] {
  const { t } = useTranslation();
  return [
    { href: "/chats", label: t("tabs.chats"), icon: ICONS["/chats"], unread },
    { href: "/contacts", label: t("tabs.contacts"), icon: ICONS["/contacts"] },
    { href: "/me", label: t("tabs.me"), icon: ICONS["/me"] },
  ];
}
