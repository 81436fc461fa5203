import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";

/** Words that somebody covered, so that whoever wants to read them presses. */
export function Covered({ why, children }: { why: string; children: ReactNode }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const words = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    // What was pressed is gone: the focus stays where the words now are.
    if (isOpen) words.current?.focus({ preventScroll: true });
  }, [isOpen]);
  if (isOpen) {
    return (
      <span className="uncovered" tabIndex={-1} ref={words}>
        {children}
      </span>
    );
  }
  return (
    <Button className="covered" onPress={() => setOpen(true)}>
      {why.trim() === "" ? t("formatted.covered") : t("formatted.covered_why", { why: why.slice(0, 60) })}
    </Button>
  );
}
