import { type ReactNode, useEffect, useRef } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";

interface CallSheetProps {
  view: "ringing" | "call" | "over";
  desk: { readonly update: (part: { isSmall: boolean }) => void; readonly close: () => void };
  children: ReactNode;
}

/** A call over everything else. Escape draws it in; what is over, it puts away. */
export function CallSheet({ view, desk, children }: CallSheetProps) {
  const dialog = useRef<HTMLElement>(null);
  const isRinging = view === "ringing";
  // What was pressed is gone: the keyboard stays in the call.
  useEffect(() => {
    if (view !== "ringing") dialog.current?.focus();
  }, [view]);

  function leave(isOpen: boolean): void {
    if (isOpen) return;
    if (view === "over") desk.close();
    else desk.update({ isSmall: true });
  }

  return (
    <ModalOverlay className="call-veil" isOpen isKeyboardDismissDisabled={isRinging} onOpenChange={leave}>
      <Modal className="call-sheet">
        <Dialog ref={dialog} role={isRinging ? "alertdialog" : "dialog"} className="call-page">
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
