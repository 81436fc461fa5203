/** What "Me" leads to, in groups. A part of the app that belongs here adds its line. */
import {
  Archive,
  Bell,
  Eye,
  Flag,
  HardDrive,
  KeyRound,
  LockKeyhole,
  type LucideIcon,
  MonitorSmartphone,
  ShieldCheck,
  Sticker,
  UserX,
} from "lucide-react";

export interface MenuItem {
  readonly href: string;
  /** The key of its words. */
  readonly words: string;
  readonly icon: LucideIcon;
}

export const MENU: readonly (readonly MenuItem[])[] = [
  [
    { href: "/me/standing", words: "standing.title", icon: ShieldCheck },
    { href: "/me/reports", words: "report.mine", icon: Flag },
  ],
  [
    { href: "/me/recovery", words: "me.recovery", icon: KeyRound },
    { href: "/me/devices", words: "me.devices", icon: MonitorSmartphone },
    { href: "/me/password", words: "me.password", icon: LockKeyhole },
  ],
  [
    { href: "/me/notifications", words: "me.notifications", icon: Bell },
    { href: "/me/privacy", words: "me.privacy", icon: Eye },
    { href: "/me/blocked", words: "me.blocked", icon: UserX },
    { href: "/me/stickers", words: "stickers.title", icon: Sticker },
  ],
  [
    { href: "/me/archive", words: "me.archive", icon: Archive },
    { href: "/me/storage", words: "me.storage", icon: HardDrive },
  ],
];
