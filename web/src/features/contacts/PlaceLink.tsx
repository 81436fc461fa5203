import { ChevronRight, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

interface PlaceLinkProps {
  href: string;
  icon: LucideIcon;
  label: string;
  /** How many things wait there. */
  count?: number;
}

/** A line that leads to another page. */
export function PlaceLink({ href, icon: Icon, label, count = 0 }: PlaceLinkProps) {
  const { t } = useTranslation();
  return (
    <Link href={href} className="line place-link">
      <span className="words">
        <Icon size={22} aria-hidden />
        <span>{label}</span>
      </span>
      {count > 0 && (
        <span className="count">
          <span aria-hidden="true">{count}</span>
          <span className="sr-only">{t("contacts.waiting", { count })}</span>
        </span>
      )}
      <ChevronRight size={18} aria-hidden />
    </Link>
  );
}
