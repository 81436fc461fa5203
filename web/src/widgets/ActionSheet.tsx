import "./gestures.css";
import type { LucideIcon } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { Sheet } from "./Sheet";

export interface Action {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly isDanger?: boolean;
  readonly onAction: () => void;
}

interface ActionSheetProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  actions: readonly Action[];
}

/** What can be done with one thing, one line each. */
export function ActionSheet({ title, isOpen, onClose, actions }: ActionSheetProps) {
  return (
    <Sheet title={title} isOpen={isOpen} onClose={onClose}>
      <div className="actions">
        {actions.map(({ label, icon: Icon, isDanger, onAction }) => (
          <Button
            key={label}
            className={isDanger ? "action danger" : "action"}
            onPress={() => {
              onClose();
              onAction();
            }}
          >
            {Icon && <Icon size={21} aria-hidden />}
            {label}
          </Button>
        ))}
      </div>
    </Sheet>
  );
}
