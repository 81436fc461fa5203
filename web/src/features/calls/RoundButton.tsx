import type { LucideIcon } from "lucide-react";
import { Button } from "react-aria-components/Button";

interface RoundButtonProps {
  icon: LucideIcon;
  label: string;
  look?: "good" | "danger";
  /** It is one of two states, and this is whether it is the other than usual. */
  isOn?: boolean;
  onPress: () => void;
}

/** A round button, and below it what it does. */
export function RoundButton({ icon: Icon, label, look, isOn, onPress }: RoundButtonProps) {
  return (
    <Button className={`round ${look ?? ""} ${isOn ? "on" : ""}`} onPress={onPress}>
      <span className="disc">
        <Icon size={26} aria-hidden />
      </span>
      <span className="says">{label}</span>
    </Button>
  );
}
