import { type ReactNode, useEffect, useRef } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useLayer } from "../../widgets/layers";

interface CallSheetProps {
  view: "ringing" | "call" | "over";
  desk: { readonly update: (part: { isSmall: boolean }) => void; readonly close: () => void };
  children: ReactNode;
}

/** A call over everything else. Escape and the system's Back draw it in; what is over, they put away. To one that rings they are no answer. */
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

  useLayer(true, () => {
    if (!isRinging) leave(false);
  });

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
