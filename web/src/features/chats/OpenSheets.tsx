import type { Room } from "matrix-js-sdk";
import { useTranslation } from "react-i18next";
import { type Said, saidOf } from "../../model/said";
import type { Timeline } from "../../model/timeline";
import { ComingOver } from "../../shell/Coming";
import { useClient } from "../../shell/client";
import { part } from "../../shell/part";
import { attachmentOf } from "../media/attachment";
import { KeepSheet } from "../stickers/KeepSheet";
import { DeleteSheet } from "./DeleteSheet";
import { mayDelete, remove } from "./deeds";
import { ForwardSheet } from "./ForwardSheet";
import { MessageSheet } from "./MessageSheet";
import { ReadersSheet } from "./ReadersSheet";
import type { usePeople } from "./usePeople";

const MediaViewer = part(
  async () => (await import("../media/MediaViewer")).MediaViewer,
  ({ props, ...coming }) => {
    const { t } = useTranslation();
    return <ComingOver title={t("media.pictures")} onClose={props.onClose} {...coming} />;
  },
);

/** What is open over a conversation, and about which message. */
export type Open = {
  readonly kind: "actions" | "delete" | "forward" | "view" | "readers" | "keep";
  readonly said: Said;
} | null;

interface OpenSheetsProps {
  room: Room;
  timeline: Timeline;
  people: ReturnType<typeof usePeople>;
  inThread: boolean;
  open: Open;
  onOpen: (open: Open) => void;
  onOlder: () => void;
}

/** The sheets about one message of a conversation: one of them at a time, or none. */
export function OpenSheets({ room, timeline, people, inThread, open, onOpen, onOlder }: OpenSheetsProps) {
  const client = useClient();
  const me = client.getSafeUserId();
  const opened = (kind: NonNullable<Open>["kind"]) => (open?.kind === kind ? open.said : null);
  const close = () => onOpen(null);
  return (
    <>
      <MessageSheet
        said={opened("actions")}
        asking={{
          mine: open?.said.sender === me,
          inThread,
          isGroup: people.isGroup,
          mayDelete: mayDelete(room, me),
        }}
        onClose={close}
      />
      <DeleteSheet said={opened("delete")} onClose={close} onDelete={(said) => remove(client, room, said)} />
      <ForwardSheet said={opened("forward")} onClose={close} />
      {open?.kind === "view" && (
        <MediaViewer
          pictures={picturesOf(timeline, me)}
          lookAt={open.said.key}
          nameOf={people.nameOf}
          onLook={(said) => onOpen({ kind: "view", said })}
          onOlder={onOlder}
          onForward={(said) => onOpen({ kind: "forward", said })}
          onClose={close}
        />
      )}
      <ReadersSheet said={opened("readers")} others={people.others} onClose={close} />
      <KeepSheet said={opened("keep")} onClose={close} />
    </>
  );
}

/** Return the pictures that are loaded, the oldest first. */
function picturesOf(timeline: Timeline, me: string): Said[] {
  return timeline.order.flatMap((id) => {
    const fact = timeline.facts.get(id);
    const isPicture = fact?.about === undefined && fact?.content["msgtype"] === "m.image";
    const said = isPicture ? saidOf(timeline, id, me) : null;
    const file = said && attachmentOf(said);
    return said !== null && file?.kind === "image" && file.source !== null ? [said] : [];
  });
}
