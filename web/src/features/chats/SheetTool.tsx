import type { LucideIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Sheet } from "../../widgets/Sheet";
import type { ToolProps } from "./composerTools";

interface SheetToolProps extends ToolProps {
  icon: LucideIcon;
  label: string;
  title: string;
  /** What stands in the sheet; it says when something was sent. */
  children: (onSent: () => void) => ReactNode;
}

/** A tool under "+" that opens a sheet, and is done when something was sent from there. */
export function SheetTool({ icon: Icon, label, title, onSent, children }: SheetToolProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button className="tool" onPress={() => setOpen(true)}>
        <Icon size={26} aria-hidden />
        {label}
      </Button>
      <Sheet title={title} isOpen={isOpen} onClose={() => setOpen(false)}>
        {children(() => {
          setOpen(false);
          onSent();
        })}
      </Sheet>
    </>
  );
}
