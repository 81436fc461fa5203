import "../contacts/contacts.css";
import "./groups.css";
import type { MatrixClient, Room } from "matrix-js-sdk";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useClient, useFromClient } from "../../shell/client";
import { Failure } from "../../shell/Failure";
import type { PageProps } from "../../shell/routes";
import { Result } from "../../widgets/Result";
import { Toggle } from "../../widgets/Toggle";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { Wrong } from "../../widgets/Wrong";
import { mute, pin } from "../chats/roomMarks";
import { Restricted } from "../standing/Restricted";
import { GroupAsking } from "./GroupAsking";
import { GroupHead } from "./GroupHead";
import { GroupMembers } from "./GroupMembers";
import { GroupOutsiders } from "./GroupOutsiders";
import { GroupSettings } from "./GroupSettings";
import { GROUP_EVENTS, type Group, groupOf } from "./group";
import { LeaveGroup } from "./LeaveGroup";
import { Saving } from "./Saving";
import { useMembers } from "./useMembers";
import { useWish } from "./useWish";

/** A group: who is in it with which role, how it is set up, and the way out. */
export function GroupPage({ params }: PageProps) {
  const roomId = params["roomId"] ?? "";
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const room = client.getRoom(roomId);
  if (room === null) {
    return (
      <>
        <TopBar title={t("groups.group")} back="/chats" />
        <main className="scroll">
          <Result
            kind="plain"
            title={t("groups.gone")}
            action={t("chats.title")}
            onAction={() => go("/chats")}
          />
        </main>
      </>
    );
  }
  return <Inside room={room} />;
}

export interface PartProps {
  readonly room: Room;
  readonly group: Group;
}

function Inside({ room }: { room: Room }) {
  const { t } = useTranslation();
  const client = useClient();
  const group = useFromClient(
    GROUP_EVENTS,
    useCallback((from: MatrixClient) => groupOf(from, room), [room]),
  );
  const { isMuted, isPinned } = group;
  const known = useMemo(() => ({ isMuted, isPinned }), [isMuted, isPinned]);
  const { shown, wrong, isSaving, change } = useWish(known);
  const { areKnown, failure, again } = useMembers(room);

  return (
    <>
      <TopBar title={t("groups.group")} back={`/chats/${encodeURIComponent(room.roomId)}`} />
      <main className="scroll page">
        <Restricted to={["chat.group.send"]} />
        <GroupHead room={room} group={group} />
        <GroupAsking room={room} />
        {areKnown ? (
          <>
            <GroupMembers room={room} group={group} />
            <GroupOutsiders room={room} group={group} />
          </>
        ) : failure === null ? (
          <Waiting />
        ) : (
          <Failure error={failure} onAgain={again} />
        )}
        <section className="card">
          <Toggle
            label={t("groups.mute")}
            hint={t("groups.mute_hint")}
            isOn={shown.isMuted}
            onChange={(muted) => void change({ isMuted: muted }, () => mute(client, room, muted))}
          />
          <Toggle
            label={t("groups.pin")}
            isOn={shown.isPinned}
            onChange={(pinned) => void change({ isPinned: pinned }, () => pin(client, room, pinned))}
          />
        </section>
        <Wrong text={wrong} />
        <Saving isSaving={isSaving} />
        <GroupSettings room={room} group={group} />
        <LeaveGroup room={room} group={group} />
      </main>
    </>
  );
}
