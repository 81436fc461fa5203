import "./gestures.css";
import type { LucideIcon } from "lucide-react";
import { Button } from "react-aria-components/Button";

interface ActionButtonProps {
  label: string;
  icon?: LucideIcon | undefined;
  isDanger?: boolean | undefined;
  onPress: () => void;
}

/** One line of a sheet: something that can be done. */
export function ActionButton({ label, icon: Icon, isDanger, onPress }: ActionButtonProps) {
  return (
    <Button className={isDanger ? "action danger" : "action"} onPress={onPress}>
      {Icon && <Icon size={20} aria-hidden />}
      {label}
    </Button>
  );
}
