import "../contacts/contacts.css";
import { Plus } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { useFromClient } from "../../shell/client";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { groupsOf, PEOPLE_EVENTS } from "../contacts/people";
import { RoomPicture } from "./RoomPicture";

/** Every group one is in. */
export function GroupsPage() {
  const { t, i18n } = useTranslation();
  const [, go] = useLocation();
  const groups = useFromClient(PEOPLE_EVENTS, groupsOf);
  const sorted = [...groups].sort((a, b) => a.name.localeCompare(b.name, i18n.language));
  return (
    <>
      <TopBar title={t("groups.mine")} back="/contacts">
        <Button
          className="icon-button"
          aria-label={t("groups.new")}
          onPress={() => go("/contacts/new-group")}
        >
          <Plus size={25} aria-hidden />
        </Button>
      </TopBar>
      <main className="scroll page">
        {sorted.length === 0 ? (
          <Result
            kind="plain"
            title={t("groups.none")}
            text={t("groups.none_hint")}
            action={t("groups.new")}
            onAction={() => go("/contacts/new-group")}
          />
        ) : (
          <ul className="card plain-list">
            {sorted.map((room) => (
              <li key={room.roomId}>
                <Link href={`/chats/${encodeURIComponent(room.roomId)}`} className="people-row">
                  <RoomPicture room={room} />
                  <span className="who">
                    <span className="clip">{room.name}</span>
                    <span className="muted">{t("groups.count", { count: room.getJoinedMemberCount() })}</span>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </main>
    </>
  );
}
