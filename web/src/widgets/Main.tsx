import type { ReactNode, Ref } from "react";
import { useIsSide } from "./pane";

interface MainProps {
  className: string;
  ref?: Ref<HTMLDivElement>;
  children: ReactNode;
}

/** What a page that may stand at the side holds, and scrolls: the document's main part where it is the page. */
export function Main({ className, ref, children }: MainProps) {
  const isSide = useIsSide();
  const Tag = isSide ? "div" : "main";
  return (
    <Tag className={className} ref={ref}>
      {children}
    </Tag>
  );
}
