import "./gestures.css";
import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "react-aria-components/Button";
import { Dialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useTranslation } from "react-i18next";
import { useDrag } from "./drag";
import { landOnTitle } from "./landing";
import { useLayer } from "./layers";

interface SheetProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** It asks something that must not be passed over. */
  asks?: boolean;
  children: ReactNode;
}

/** Pulled down further than this, it closes. */
const FAR = 90;

/** A page that comes up from below, over what was there. Escape, its cross, a pull down, a tap beside it and the system's Back close it. */
export function Sheet({ title, isOpen, onClose, asks, children }: SheetProps) {
  const { t } = useTranslation();
  const { offset, handlers } = useDrag({
    axis: "y",
    along: (moved) => Math.max(0, moved),
    onEnd: (pulled) => {
      if (pulled > FAR) onClose();
    },
  });
  useLanding(isOpen);
  useLayer(isOpen, onClose);
  return (
    <ModalOverlay
      className="veil"
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="sheet" style={offset > 0 ? { transform: `translateY(${offset}px)` } : {}}>
        <Dialog role={asks ? "alertdialog" : "dialog"}>
          <div className="sheet-head" {...handlers}>
            <span className="grip" aria-hidden="true" />
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <Button className="icon-button" aria-label={t("widgets.close")} onPress={onClose}>
              <X size={22} aria-hidden />
            </Button>
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** What opened a sheet gets the focus back. Where that is gone by then, the page's title does. */
function useLanding(isOpen: boolean): void {
  const wasOpen = useRef(false);
  useEffect(() => {
    const isClosed = wasOpen.current && !isOpen;
    wasOpen.current = isOpen;
    if (!isClosed) return;
    // The focus is given back a frame after the sheet is gone.
    const timer = window.setTimeout(landOnTitle, 120);
    return () => window.clearTimeout(timer);
  }, [isOpen]);
  // Some sheets are there only while they are open.
  useEffect(
    () => () => {
      if (wasOpen.current) window.setTimeout(landOnTitle, 120);
    },
    [],
  );
}
