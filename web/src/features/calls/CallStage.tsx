import "./calls.css";
import { useEffect, useRef } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useClient } from "../../shell/client";
import { CallBar } from "./CallBar";
import { CallOver } from "./CallOver";
import { type CallNow, useCallNow } from "./callNow";
import { deskOf } from "./desk";
import { InCall } from "./InCall";
import { IncomingCall } from "./IncomingCall";
import { TheirVoice } from "./TheirVoice";
import { useAwake } from "./useAwake";
import { useReturn } from "./useReturn";
import { useRinging } from "./useRinging";

/** The call that this tab is in, over everything else; drawn in, it is a bar above the page. */
export function CallStage() {
  const client = useClient();
  const now = useCallNow();
  useEffect(() => deskOf(client).start(), [client]);
  useRinging(now);
  useReturn(now !== null);
  useAwake(now !== null && now.phase !== "over", now?.theirs.hasCamera ?? false);
  if (now === null) return null;
  return (
    <>
      <TheirVoice stream={now.theirs.face} speaker={now.speaker} />
      <TheirVoice stream={now.theirs.screen} speaker={now.speaker} />
      {now.isSmall ? <CallBar now={now} /> : <Large now={now} />}
    </>
  );
}

function Large({ now }: { now: CallNow }) {
  const desk = deskOf(useClient());
  const dialog = useRef<HTMLElement>(null);
  const view = now.phase === "ringing" ? "ringing" : now.phase === "over" ? "over" : "call";
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
    <ModalOverlay
      className="call-veil"
      isOpen
      isKeyboardDismissDisabled={view === "ringing"}
      onOpenChange={leave}
    >
      <Modal className="call-sheet">
        <Dialog ref={dialog} role={view === "ringing" ? "alertdialog" : "dialog"} className="call-page">
          {view === "ringing" && <IncomingCall now={now} />}
          {view === "call" && <InCall now={now} />}
          {view === "over" && <CallOver now={now} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
