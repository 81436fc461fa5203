import { CircleAlert, CircleCheck, Info } from "lucide-react";
import { Button } from "react-aria-components/Button";

const ICONS = { good: CircleCheck, bad: CircleAlert, plain: Info };

interface ResultProps {
  kind: keyof typeof ICONS;
  title: string;
  text?: string;
  action?: string;
  onAction?: () => void;
}

/** A whole page's worth of one message: how something went, or that there is nothing yet. */
export function Result({ kind, title, text, action, onAction }: ResultProps) {
  const Icon = ICONS[kind];
  return (
    <div className={`result ${kind}`} role={kind === "bad" ? "alert" : undefined}>
      <Icon size={48} strokeWidth={1.5} aria-hidden />
      <h2>{title}</h2>
      {text !== undefined && <p className="muted">{text}</p>}
      {action !== undefined && (
        <Button className="button primary" {...(onAction && { onPress: onAction })}>
          {action}
        </Button>
      )}
    </div>
  );
}
