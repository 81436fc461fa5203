import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { Checkbox, type CheckboxProps } from "react-aria-components/Checkbox";

/** Something to tick, with its words beside it. */
export function Tick({ children, ...rest }: Omit<CheckboxProps, "children"> & { children: ReactNode }) {
  return (
    <Checkbox className="tick" {...rest}>
      <span className="box" aria-hidden="true">
        <Check size={16} strokeWidth={3} />
      </span>
      <span className="label">{children}</span>
    </Checkbox>
  );
}
