import "./gestures.css";
import type { LucideIcon } from "lucide-react";
import { BusyButton } from "./BusyButton";

interface ActionButtonProps {
  label: string;
  icon?: LucideIcon | undefined;
  isDanger?: boolean | undefined;
  isDisabled?: boolean;
  onPress: () => unknown;
}

/** One line of a sheet: something that can be done. */
export function ActionButton({
  label,
  icon: Icon,
  isDanger,
  isDisabled = false,
  onPress,
}: ActionButtonProps) {
  return (
    <BusyButton className={isDanger ? "action danger" : "action"} isDisabled={isDisabled} onPress={onPress}>
      {Icon && <Icon size={20} aria-hidden />}
      {label}
    </BusyButton>
  );
}
