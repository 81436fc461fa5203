import type { LucideIcon } from "lucide-react";
import { ActionButton } from "./ActionButton";
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
        {actions.map(({ label, icon, isDanger, onAction }) => (
          <ActionButton
            key={label}
            label={label}
            icon={icon}
            isDanger={isDanger}
            onPress={() => {
              onClose();
              onAction();
            }}
          />
        ))}
      </div>
    </Sheet>
  );
}
