import "../calls.css";
import "./group.css";
import { useEffect, useRef } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useClient } from "../../../shell/client";
import { useAwake } from "../useAwake";
import { useReturn } from "../useReturn";
import { groupDeskOf } from "./desk";
import { GroupBar } from "./GroupBar";
import { GroupCall } from "./GroupCall";
import { GroupOver } from "./GroupOver";
import { type GroupNow, useGroupNow } from "./groupNow";
import { Voice } from "./Voice";

/** The group call that this tab is in, over everything else; drawn in, it is a bar above the page. */
export function GroupStage() {
  const client = useClient();
  const now = useGroupNow();
  // The session ends, and the call with it.
  useEffect(() => () => groupDeskOf(client).close(), [client]);
  useReturn(now !== null);
  useAwake(now !== null && now.phase !== "over", now?.tiles.some(({ hasPicture }) => hasPicture) ?? false);
  if (now === null) return null;
  return (
    <>
      {now.voices.map((track) => (
        <Voice key={track.sid ?? track.mediaStreamID} track={track} />
      ))}
      {now.isSmall ? <GroupBar now={now} /> : <Large now={now} />}
    </>
  );
}

function Large({ now }: { now: GroupNow }) {
  const desk = groupDeskOf(useClient());
  const dialog = useRef<HTMLElement>(null);
  const isOver = now.phase === "over";
  // What was pressed is gone: the keyboard stays in the call.
  useEffect(() => {
    dialog.current?.focus();
  }, [isOver]);

  function leave(isOpen: boolean): void {
    if (isOpen) return;
    if (isOver) desk.close();
    else desk.update({ isSmall: true });
  }

  return (
    <ModalOverlay className="call-veil" isOpen onOpenChange={leave}>
      <Modal className="call-sheet">
        <Dialog ref={dialog} className="call-page">
          {isOver ? <GroupOver now={now} /> : <GroupCall now={now} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
