import type { ReactNode } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";

interface SheetProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** It asks something that must not be passed over. */
  asks?: boolean;
  children: ReactNode;
}

/** A page that comes up from below, over what was there. Escape and a tap beside it close it. */
export function Sheet({ title, isOpen, onClose, asks, children }: SheetProps) {
  return (
    <ModalOverlay
      className="veil"
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="sheet">
        <Dialog role={asks ? "alertdialog" : "dialog"}>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
