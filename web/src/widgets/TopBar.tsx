import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useIsSide } from "./pane";

interface TopBarProps {
  title: string;
  /** Where "back" leads; without it this is one of the four places. */
  back?: string | (() => void);
  children?: ReactNode;
}

/** The head of a page: its title, the way back, and what can be done here. */
export function TopBar({ title, back, children }: TopBarProps) {
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
      <Title className="clip">{title}</Title>
      {children}
    </header>
  );
}
