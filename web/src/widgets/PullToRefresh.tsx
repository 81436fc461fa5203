import "./gestures.css";
import { RefreshCw } from "lucide-react";
import { type ReactNode, type TouchEvent, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";

interface PullToRefreshProps {
  onRefresh: () => Promise<unknown>;
  children: ReactNode;
}

/** Pulled further than this, it fetches. The page follows the finger at half its way. */
const FAR = 64;

/** A page that is fetched anew when it is pulled down at its top; a button does the same. */
export function PullToRefresh({ onRefresh, children }: PullToRefreshProps) {
  const { t } = useTranslation();
  const page = useRef<HTMLDivElement>(null);
  const from = useRef<number | null>(null);
  const [pulled, setPulled] = useState(0);
  const [busy, setBusy] = useState(false);

  async function refresh(): Promise<void> {
    if (busy) return;
    setBusy(true);
    try {
      await onRefresh();
    } finally {
      setBusy(false);
    }
  }

  function move(event: TouchEvent): void {
    const y = event.touches[0]?.clientY ?? 0;
    if (from.current === null) return;
    setPulled(Math.min(FAR * 1.5, Math.max(0, (y - from.current) / 2)));
  }

  function end(): void {
    from.current = null;
    if (pulled > FAR) void refresh();
    setPulled(0);
  }

  return (
    <div
      className="scroll pull"
      ref={page}
      onTouchStart={(event) => {
        from.current = page.current?.scrollTop === 0 ? (event.touches[0]?.clientY ?? null) : null;
      }}
      onTouchMove={move}
      onTouchEnd={end}
      onTouchCancel={end}
    >
      <div className="pull-head" style={pulled > 0 ? { height: pulled + 44 } : {}}>
        <Button className="button plain" onPress={() => void refresh()} isDisabled={busy}>
          <RefreshCw size={18} aria-hidden className={busy ? "turning" : ""} />
          {busy ? t("widgets.refreshing") : pulled > FAR ? t("widgets.let_go") : t("widgets.refresh")}
        </Button>
      </div>
      {children}
    </div>
  );
}
