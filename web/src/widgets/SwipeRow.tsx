import "./gestures.css";
import { Ellipsis } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import type { Action } from "./ActionSheet";
import { useDrag } from "./drag";
import { PopMenu } from "./PopMenu";

interface SwipeRowProps {
  /** What the row is, for its menu. */
  name: string;
  actions: readonly Action[];
  children: ReactNode;
}

const WIDTH = 84;

/** A row whose actions lie under it: a finger draws it aside, everybody else has them in the menu "…". */
export function SwipeRow({ name, actions, children }: SwipeRowProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const full = WIDTH * actions.length;
  const { offset, handlers } = useDrag({
    axis: "x",
    along: (moved) => Math.min(full, Math.max(-full, -moved)),
    onEnd: (pulled) => setOpen(pulled > WIDTH / 2 || (isOpen && pulled > -WIDTH / 2)),
  });
  const shown = Math.min(full, Math.max(0, offset + (isOpen ? full : 0)));
  return (
    <div className="swipe-row">
      {shown > 0 && (
        // The same actions stand in the menu, so this copy is for fingers alone.
        <div className="under" aria-hidden="true">
          {actions.map(({ label, isDanger, onAction }) => (
            <Button
              key={label}
              excludeFromTabOrder
              className={isDanger ? "danger" : ""}
              style={{ width: WIDTH }}
              onPress={() => {
                setOpen(false);
                onAction();
              }}
            >
              {label}
            </Button>
          ))}
        </div>
      )}
      <div className="front" style={{ transform: `translateX(${-shown}px)` }} {...handlers}>
        <div className="content">{children}</div>
        <PopMenu label={t("widgets.more", { name })} icon={Ellipsis} actions={actions} />
      </div>
    </div>
  );
}
