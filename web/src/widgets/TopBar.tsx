import { ChevronLeft } from "lucide-react";
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { upTo } from "./back";
import { landOnTitle } from "./landing";
import { useIsSide } from "./pane";
import { titlePage } from "./title";

interface TopBarProps {
  title: string;
  /** Where "back" leads up to; without it this is one of the four places. */
  back?: string | (() => void);
  /** Where more is told of what the title names. */
  about?: string | undefined;
  /** What stands beside the title, however long that is. */
  mark?: ReactNode;
  /** A line below the title. */
  under?: ReactNode;
  children?: ReactNode;
}

/** The head of a page: its title, the way back, and what can be done here. */
export function TopBar({ title, back, about, mark, under, children }: TopBarProps) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const isSide = useIsSide();
  const Title = isSide ? "h2" : "h1";
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isSide) titlePage(title);
  }, [isSide, title]);
  // A page may have another head once it knows more: who was on this one is on that one.
  useLayoutEffect(() => {
    const mine = heading.current;
    return () => {
      if (mine !== null && mine === document.activeElement) requestAnimationFrame(landOnTitle);
    };
  }, []);
  const leave = typeof back === "string" ? () => upTo(back, go) : back;
  return (
    <header className={leave ? "top inner" : "top"}>
      {leave && (
        <Button className="icon-button" aria-label={t("account.back")} onPress={leave}>
          <ChevronLeft size={26} aria-hidden />
        </Button>
      )}
      <div className="titles">
        <div className="title-line">
          <Title className="clip" ref={heading}>
            {about === undefined ? title : <Link href={about}>{title}</Link>}
          </Title>
          {mark}
        </div>
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
