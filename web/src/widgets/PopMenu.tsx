import "./gestures.css";
import type { LucideIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "react-aria-components/Button";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import type { Action } from "./ActionSheet";
import { useLayer } from "./layers";

interface PopMenuProps {
  label: string;
  icon: LucideIcon;
  actions: readonly Action[];
}

/** A button with an icon, and the menu behind it. */
export function PopMenu({ label, icon: Icon, actions }: PopMenuProps) {
  const [isOpen, setOpen] = useState(false);
  useLayer(isOpen, () => setOpen(false));
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button className="icon-button" aria-label={label}>
        <Icon size={24} aria-hidden />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu aria-label={label}>
          {actions.map(({ label: words, icon: Mark, isDanger, onAction }) => (
            <MenuItem
              key={words}
              className={isDanger ? "item danger" : "item"}
              textValue={words}
              onAction={onAction}
            >
              {Mark && <Mark size={20} aria-hidden />}
              {words}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
