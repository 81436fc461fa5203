import "./toggle.css";
import { Switch } from "react-aria-components/Switch";

interface ToggleProps {
  label: string;
  hint?: string;
  isOn: boolean;
  isDisabled?: boolean;
  onChange: (isOn: boolean) => void;
}

/** One thing that is on or off. The whole line is the target. */
export function Toggle({ label, hint, isOn, isDisabled = false, onChange }: ToggleProps) {
  return (
    <Switch className="toggle" isSelected={isOn} isDisabled={isDisabled} onChange={onChange}>
      <span className="words">
        {label}
        {hint !== undefined && <small className="muted">{hint}</small>}
      </span>
      <span className="track" aria-hidden="true" />
    </Switch>
  );
}
