import type { LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

export interface Tab {
  readonly href: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly unread?: number;
}

interface TabBarProps {
  tabs: readonly Tab[];
  at: string;
  /** What it is called, where it is not the app's own. */
  label?: string;
}

/** The places of the app. Plain links in a landmark: keyboard and screen reader need no more. */
export function TabBar({ tabs, at, label }: TabBarProps) {
  const { t } = useTranslation();
  return (
    <nav className="tabs" aria-label={label ?? t("tabs.label")}>
      {tabs.map(({ href, label, icon: Icon, unread = 0 }) => {
        const here = at === href || at.startsWith(`${href}/`);
        return (
          <Link key={href} href={href} aria-current={here ? "page" : undefined}>
            <span className="place">
              <Icon
                size={24}
                strokeWidth={here ? 2.3 : 1.8}
                fill={here ? "color-mix(in srgb, var(--accent) 18%, transparent)" : "none"}
                aria-hidden
              />
              {unread > 0 && (
                <span className="count">
                  <span aria-hidden="true">{unread > 99 ? "99+" : unread}</span>
                  <span className="sr-only">{t("chats.unread", { count: unread })}</span>
                </span>
              )}
            </span>
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
