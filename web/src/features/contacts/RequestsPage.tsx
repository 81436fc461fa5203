import "./contacts.css";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { useAttempt } from "../../shell/attempt";
import { useClient, useFromClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { Wrong } from "../../widgets/Wrong";
import { RoomPicture } from "../groups/RoomPicture";
import {
  accept,
  decline,
  declineAndBlock,
  ownKnocks,
  PEOPLE_EVENTS,
  type Request,
  requestsOf,
} from "./people";
import { RequestRow } from "./RequestRow";

/** Whoever waits for an answer of one's own. */
export function RequestsPage() {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const requests = useFromClient(PEOPLE_EVENTS, requestsOf);
  const asked = useFromClient(PEOPLE_EVENTS, ownKnocks);
  const { busy, wrong, attempt } = useAttempt();

  async function yes(request: Request): Promise<void> {
    let roomId = "";
    const done = await attempt(async () => {
      roomId = await accept(client, request);
    });
    if (done && request.kind !== "knock") go(`/chats/${encodeURIComponent(roomId)}`);
  }

  return (
    <>
      <TopBar title={t("contacts.requests")} back="/contacts" />
      <main className="scroll page">
        <Wrong text={wrong} />
        {requests.length === 0 ? (
          <Result kind="plain" title={t("contacts.no_requests")} text={t("contacts.no_requests_hint")} />
        ) : (
          <ul className="card plain-list">
            {requests.map((request) => (
              <RequestRow
                key={`${request.roomId} ${request.userId}`}
                request={request}
                busy={busy}
                onAccept={() => yes(request)}
                onDecline={() => attempt(() => decline(client, request))}
                {...(request.kind !== "knock" && {
                  onBlock: () => attempt(() => declineAndBlock(client, request)),
                })}
              />
            ))}
          </ul>
        )}
        {asked.length > 0 && (
          <section className="part">
            <h2>{t("contacts.asked")}</h2>
            <ul className="card plain-list">
              {asked.map((room) => (
                <li key={room.roomId} className="people-row">
                  <Link href={`/contacts/join/${encodeURIComponent(room.roomId)}`} className="asker">
                    <RoomPicture room={room} />
                    <span className="who">
                      <span className="clip">{room.name}</span>
                    </span>
                  </Link>
                  <BusyButton
                    aria-label={t("groups.withdraw_from", { name: room.name })}
                    isDisabled={busy}
                    onPress={() => attempt(() => client.leave(room.roomId))}
                  >
                    {t("groups.withdraw")}
                  </BusyButton>
                </li>
              ))}
            </ul>
          </section>
        )}
      </main>
    </>
  );
}
