import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { useIsSide } from "./pane";

interface TopBarProps {
  title: string;
  /** Where "back" leads; without it this is one of the four places. */
  back?: string | (() => void);
  /** Where more is told of what the title names. */
  about?: string | undefined;
  /** A line below the title. */
  under?: ReactNode;
  children?: ReactNode;
}

/** The head of a page: its title, the way back, and what can be done here. */
export function TopBar({ title, back, about, under, children }: TopBarProps) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const Title = useIsSide() ? "h2" : "h1";
  const leave = typeof back === "string" ? () => go(back) : back;
  return (
    <header className={leave ? "top inner" : "top"}>
      {leave && (
        <Button className="icon-button" aria-label={t("account.back")} onPress={leave}>
          <ChevronLeft size={26} aria-hidden />
        </Button>
      )}
      <div className="titles">
        <Title className="clip">{about === undefined ? title : <Link href={about}>{title}</Link>}</Title>
        {under != null && (
          <p className="under clip" aria-live="off">
            {under}
          </p>
        )}
      </div>
      {children}
    </header>
  );
}
