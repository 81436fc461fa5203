import type { MatrixClient } from "matrix-js-sdk";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useFromClient } from "../../shell/client";
import { RoomPicture } from "../groups/RoomPicture";
import { commonGroups, PEOPLE_EVENTS } from "./people";

/** The groups that both are in. */
export function CommonGroups({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const groups = useFromClient(
    PEOPLE_EVENTS,
    useCallback((client: MatrixClient) => commonGroups(client, userId), [userId]),
  );
  if (groups.length === 0) return null;
  return (
    <section className="part">
      <h2>{t("contacts.common_groups")}</h2>
      <ul className="card plain-list">
        {groups.map((room) => (
          <li key={room.roomId}>
            <Link href={`/chats/${encodeURIComponent(room.roomId)}`} className="people-row">
              <RoomPicture room={room} />
              <span className="who">
                <span className="clip">{room.name}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
