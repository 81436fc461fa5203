import type { ReactNode } from "react";

interface PageProps {
  className?: string;
  /** What comes newly is read out. */
  isLive?: boolean;
  children: ReactNode;
}

/** What a page holds, and scrolls. It takes the focus, so that the arrow keys scroll also what has no button in it. */
export function Page({ className, isLive, children }: PageProps) {
  return (
    <main
      className={className === undefined ? "scroll page" : `scroll page ${className}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls with the keyboard
      tabIndex={0}
      aria-live={isLive ? "polite" : undefined}
    >
      {children}
    </main>
  );
}
