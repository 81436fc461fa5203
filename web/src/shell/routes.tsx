/** Every page behind the login, by its address. A page is fetched when it is first opened; but for those where people go first: the
 *  chats, a chat, and the keys of who has just signed in. React shows what it had to wait for 300 ms later at the earliest, even if it is there.
 */
import { type ComponentType, lazy } from "react";
import { ChatsPage } from "../features/chats/ChatsPage";
import { ConversationPage } from "../features/chats/ConversationPage";
import { RecoveryPage } from "../features/keys/RecoveryPage";
import type { Farewell } from "./farewell";

/** What every page is given. */
export interface PageProps {
  /** The parts of the address that vary, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Forget the session and go to the first page, which says why. */
  readonly onLeave: (why?: Farewell) => void;
}

export interface PageRoute {
  readonly path: string;
  readonly page: ComponentType<PageProps>;
  /** One of the places that the tab bar leads to. */
  readonly isPlace?: boolean;
}

/** Make a page of a module's export. */
function page<Name extends string>(
  load: () => Promise<Record<Name, ComponentType<PageProps>>>,
  name: Name,
): PageRoute["page"] {
  return lazy<ComponentType<PageProps>>(async () => ({ default: (await load())[name] }));
}

export const ROUTES: readonly PageRoute[] = [
  { path: "/chats", page: ChatsPage, isPlace: true },
  {
    path: "/contacts",
    page: page(() => import("../features/contacts/ContactsPage"), "ContactsPage"),
    isPlace: true,
  },
  { path: "/me", page: page(() => import("../features/me/MePage"), "MePage"), isPlace: true },
  { path: "/chats/search", page: page(() => import("../features/chats/SearchPage"), "SearchPage") },
  { path: "/chats/:roomId/search", page: page(() => import("../features/chats/SearchPage"), "SearchPage") },
  { path: "/me/widgets", page: page(() => import("../features/gallery/WidgetsPage"), "WidgetsPage") },
  {
    path: "/contacts/requests",
    page: page(() => import("../features/contacts/RequestsPage"), "RequestsPage"),
  },
  { path: "/contacts/add", page: page(() => import("../features/contacts/AddPage"), "AddPage") },
  { path: "/contacts/code", page: page(() => import("../features/contacts/CodePage"), "CodePage") },
  { path: "/contacts/scan", page: page(() => import("../features/contacts/ScanPage"), "ScanPage") },
  { path: "/contacts/groups", page: page(() => import("../features/groups/GroupsPage"), "GroupsPage") },
  {
    path: "/contacts/new-group",
    page: page(() => import("../features/groups/NewGroupPage"), "NewGroupPage"),
  },
  { path: "/contacts/join/:roomId", page: page(() => import("../features/groups/JoinPage"), "JoinPage") },
  { path: "/contacts/:userId", page: page(() => import("../features/contacts/ContactPage"), "ContactPage") },
  { path: "/chats/:roomId/media", page: page(() => import("../features/media/GalleryPage"), "GalleryPage") },
  { path: "/chats/:roomId/group", page: page(() => import("../features/groups/GroupPage"), "GroupPage") },
  {
    path: "/chats/:roomId/stickers",
    page: page(() => import("../features/stickers/GroupStickersPage"), "GroupStickersPage"),
  },
  {
    path: "/chats/:roomId",
    page: ConversationPage,
  },
  {
    path: "/chats/:roomId/at/:eventId",
    page: ConversationPage,
  },
  {
    path: "/chats/:roomId/thread/:eventId",
    page: page(() => import("../features/chats/ThreadPage"), "ThreadPage"),
  },
  {
    path: "/chats/:roomId/thread/:eventId/at/:saidId",
    page: page(() => import("../features/chats/ThreadPage"), "ThreadPage"),
  },
  { path: "/me/standing", page: page(() => import("../features/standing/StandingPage"), "StandingPage") },
  {
    path: "/me/standing/:decisionId",
    page: page(() => import("../features/standing/DecisionPage"), "DecisionPage"),
  },
  { path: "/me/reports", page: page(() => import("../features/report/ReportsPage"), "ReportsPage") },
  { path: "/me/reports/:reportId", page: page(() => import("../features/report/ReportPage"), "ReportPage") },
  { path: "/me/recovery", page: RecoveryPage },
  { path: "/me/profile", page: page(() => import("../features/me/ProfilePage"), "ProfilePage") },
  { path: "/me/devices", page: page(() => import("../features/me/DevicesPage"), "DevicesPage") },
  { path: "/me/password", page: page(() => import("../features/me/PasswordPage"), "PasswordPage") },
  {
    path: "/me/notifications",
    page: page(() => import("../features/me/NotificationsPage"), "NotificationsPage"),
  },
  { path: "/me/privacy", page: page(() => import("../features/me/PrivacyPage"), "PrivacyPage") },
  { path: "/me/blocked", page: page(() => import("../features/me/BlockedPage"), "BlockedPage") },
  { path: "/me/storage", page: page(() => import("../features/me/StoragePage"), "StoragePage") },
  {
    path: "/me/stickers",
    page: page(() => import("../features/stickers/MyStickersPage"), "MyStickersPage"),
  },
  { path: "/me/archive", page: page(() => import("../features/me/ArchivePage"), "ArchivePage") },
  { path: "/me/end", page: page(() => import("../features/me/EndPage"), "EndPage") },
];
